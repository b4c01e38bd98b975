# The bot in a slim image, as a user without privileges. docs/hosting.md says how it is run, and what
# of the sandbox holds inside Docker's default profile.

FROM python:3.14-slim AS build
WORKDIR /build
COPY requirements-full.txt ./
# Every wheel by its hash; nothing is compiled, so nothing but pip is needed.
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --only-binary=:all: --require-hashes -r requirements-full.txt \
    && /venv/bin/pip uninstall --yes pip

FROM python:3.14-slim
# A number, so that a host that forbids root can see that it is not.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin speedrun \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY pyproject.toml LICENSE ./
COPY bot bot
COPY lessons lessons
COPY migrations migrations
# Compiled now: the root file system is read-only as it runs.
RUN python -m compileall -q bot
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/bot.db \
    DATA_DIR=/data \
    BACKUP_DIR=/data/backups \
    HEALTH_PORT=9090
VOLUME /data
USER 10001:10001
# Not connected for five minutes is unhealthy; while Discord is away a restart would not help.
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --retries=5 CMD ["python", "-m", "bot", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
