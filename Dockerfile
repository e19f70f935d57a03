FROM python:3.11-slim AS service

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY pyproject.toml README.md alembic.ini ./
COPY src ./src
COPY migrations ./migrations
# Editable, so that the program finds alembic.ini and the migrations beside its sources as it does in a checkout.
RUN pip install --no-deps --no-build-isolation -e . && useradd --system --no-create-home skladsheets

USER skladsheets
ENTRYPOINT ["skladsheets"]
CMD ["api"]

# The vendors, emulated: for trying the service without accounts (`docker compose --profile emulators up`). Not in the image above.
FROM service AS emulators
COPY emulators ./emulators
ENTRYPOINT ["python", "-m", "emulators"]
CMD ["--host", "0.0.0.0", "--name", "emulators"]

# What is built where no target is named.
FROM service
