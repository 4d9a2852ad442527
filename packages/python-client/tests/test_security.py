"""TLS, mTLS and tokens."""

import forebay
import grpc
import pytest
import trustme

from fake_server import FakeServer

KEYS = {"k": [1]}


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def ca(authority):
    return authority.cert_pem.bytes()


def credentials(authority, name, *, clients=False):
    certificate = authority.issue_cert(name)
    pair = certificate.private_key_pem.bytes(), certificate.cert_chain_pems[0].bytes()
    return grpc.ssl_server_credentials(
        [pair], authority.cert_pem.bytes() if clients else None, require_client_auth=clients
    )


@pytest.fixture(scope="module")
def tls_server(authority):
    with FakeServer(credentials(authority, "127.0.0.1")) as running:
        yield running


def read(address, **options):
    with forebay.Client(address, project="p", attempts=1, **options) as client:
        return client.get_online_features(service="s", keys=KEYS)


def test_a_server_with_a_trusted_certificate_is_read(tls_server, ca):
    read(tls_server.address, tls=forebay.TLS(ca=ca))


def test_certificates_may_be_files(tls_server, ca, tmp_path):
    (tmp_path / "ca.pem").write_bytes(ca)
    read(tls_server.address, tls=forebay.TLS(ca=tmp_path / "ca.pem"))
    with pytest.raises(FileNotFoundError):
        read(tls_server.address, tls=forebay.TLS(ca=tmp_path / "none.pem"))


@pytest.mark.parametrize("tls", [True, False])
def test_a_server_that_is_not_trusted_is_not_read(tls_server, tls):
    with pytest.raises(forebay.Unavailable):
        read(tls_server.address, tls=tls, timeout=5)


def test_a_certificate_of_another_name_is_accepted_only_by_that_name(authority, ca):
    with FakeServer(credentials(authority, "serving.internal")) as server:
        read(server.address, tls=forebay.TLS(ca=ca, server_name="serving.internal"))
        with pytest.raises(forebay.Unavailable):
            read(server.address, tls=forebay.TLS(ca=ca))


def test_a_client_shows_its_certificate(authority, ca):
    client = authority.issue_cert("model-server")
    pair = {"certificate": client.cert_chain_pems[0].bytes(), "key": client.private_key_pem.bytes()}
    with FakeServer(credentials(authority, "127.0.0.1", clients=True)) as server:
        read(server.address, tls=forebay.TLS(ca=ca, **pair))
        with pytest.raises(forebay.Unavailable):
            read(server.address, tls=forebay.TLS(ca=ca))


def test_a_token_is_sent_over_tls_and_may_change(tls_server, ca):
    tokens = iter(["first", "second"])
    with forebay.Client(tls_server.address, project="p", tls=forebay.TLS(ca=ca), token=lambda: next(tokens)) as client:
        for _ in range(2):
            client.get_online_features(service="s", keys=KEYS)
    assert [metadata["authorization"] for metadata in tls_server.metadata[-2:]] == ["Bearer first", "Bearer second"]


def test_a_token_is_sent_in_plain_text_only_when_asked_by_name(server):
    with pytest.raises(ValueError, match="allow_token_over_plaintext=True"):
        read(server.address, token="secret")
    read(server.address, token="secret", allow_token_over_plaintext=True)
    assert server.metadata[-1]["authorization"] == "Bearer secret"


def test_a_token_is_never_in_what_is_printed(server):
    client = forebay.Client(server.address, project="p", token="secret", allow_token_over_plaintext=True)
    assert "secret" not in f"{client!r} {vars(client)!r}"
    client.close()
