"""The company's connections to MoySklad and Google, and the secrets they rest on."""
