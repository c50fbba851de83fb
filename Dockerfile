# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --bin disnaker \
    && cp target/dist/disnaker /usr/local/bin/disnaker

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin disnaker \
    && install -d -o disnaker -g disnaker -m 0700 /data
COPY --from=build /usr/local/bin/disnaker /usr/local/bin/disnaker
COPY LICENSE-APACHE LICENSE-MIT NOTICE /usr/share/doc/disnaker/
ENV DISNAKER_DATA_DIR=/data \
    DISNAKER_LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["disnaker"]
CMD ["serve"]
