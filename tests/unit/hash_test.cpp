// Vectors of FIPS 180-4 (as published in NIST's examples), RFC 4231 and RFC 4648.
#include "core/base/hash.h"

#include <doctest/doctest.h>

namespace amends {
namespace {

std::string of(const Digest& digest) { return hex(digest); }

std::string base32_of(std::string_view text) {
  return base32({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

TEST_CASE("sha256 gives the published digests") {
  CHECK(of(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(of(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(of(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(of(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrs"
                  "mnopqrstnopqrstu")) == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(of(sha256(std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256 does not depend on how the bytes are cut") {
  const std::string text(300, 'x');
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const std::string_view whole = std::string_view(text).substr(0, length);
    Sha256 pieces;
    for (std::size_t at = 0; at < length; at += 7) pieces.update(whole.substr(at, 7));
    CHECK(pieces.digest() == sha256(whole));
  }
}

TEST_CASE("hmac_sha256 gives the digests of RFC 4231") {
  CHECK(of(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(of(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(of(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(of(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(of(hmac_sha256(std::string(131, '\xaa'),
                       "This is a test using a larger than block-size key and a larger than block-size data. The key "
                       "needs to be hashed before being used by the HMAC algorithm.")) ==
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("base32 is RFC 4648 in lower case without padding") {
  CHECK(base32_of("") == "");
  CHECK(base32_of("f") == "my");
  CHECK(base32_of("fo") == "mzxq");
  CHECK(base32_of("foo") == "mzxw6");
  CHECK(base32_of("foob") == "mzxw6yq");
  CHECK(base32_of("fooba") == "mzxw6ytb");
  CHECK(base32_of("foobar") == "mzxw6ytboi");
}

}  // namespace amends
