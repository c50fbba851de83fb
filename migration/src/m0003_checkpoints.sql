CREATE TABLE checkpoint (
  position BIGINT PRIMARY KEY, hash BYTES_ NOT NULL, signed_at TIME_ NOT NULL, kid TEXT NOT NULL, signature BYTES_ NOT NULL);
