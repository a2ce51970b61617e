-- What models made of texts, so that it is paid for once: vectors by which texts are compared.

CREATE TABLE vectors (
    model TEXT NOT NULL,
    digest TEXT NOT NULL,            -- SHA-256 of the text (hex)
    vector BLOB NOT NULL,
    PRIMARY KEY (model, digest)
) STRICT;
