"""Stand-ins for MoySklad, Google and Telegram that speak HTTP and enforce the vendors' documented limits.

They import nothing of the product, so that what they check is the product's wire behaviour and nothing else.
"""
