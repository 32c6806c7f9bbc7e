# One image for web, desk, live, hooks, worker, beat and the one-off commands.
FROM python:3.13-slim AS libraries
WORKDIR /waku
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings
RUN useradd --system --uid 10001 --home-dir /waku --shell /usr/sbin/nologin waku \
    && mkdir --parents /spool && chown waku /spool
WORKDIR /waku
COPY --from=libraries /venv /venv
COPY . .
RUN WAKU_SECRET_KEY=unused WAKU_KEY_FILE=unused WAKU_DATABASE_URL=postgresql:///unused \
    WAKU_VALKEY_URL=redis:///0 python bin/manage collectstatic --no-input --verbosity 0
USER waku
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "config.wsgi:application"]
