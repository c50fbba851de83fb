# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --bin disnaker \
    && cp target/dist/disnaker /usr/local/bin/disnaker \
    && install -d -m 0700 /volumes/data

# The C library of the same Debian and the certificates of public authorities: no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /usr/local/bin/disnaker /usr/local/bin/disnaker
COPY --from=build --chown=10001:10001 /volumes/ /
COPY LICENSE-APACHE LICENSE-MIT NOTICE /usr/share/doc/disnaker/
ENV DISNAKER_DATA_DIR=/data \
    DISNAKER_LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 CMD ["disnaker", "health"]
ENTRYPOINT ["disnaker"]
CMD ["serve"]
