# Rimay in a container. `docker build -t rimay .`; compose.yaml puts the processes together.
FROM python:3.11-slim-bookworm

# ffmpeg reads the voices and films that people send, and with espeak-ng every question can be heard.
RUN apt-get update \
    && apt-get install -y --no-install-recommends espeak-ng ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/rimay --create-home rimay

WORKDIR /srv/rimay
COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --disable-pip-version-check --no-index --no-deps --no-build-isolation -e . \
    && python -m compileall -q rimay core i18n surveys deliberation bot api migrations

USER rimay
ENV RIMAY_HOME=/var/lib/rimay RIMAY_HOST=0.0.0.0 RIMAY_LOG=json PYTHONUNBUFFERED=1
VOLUME /var/lib/rimay
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["rimay"]
CMD ["serve"]
