// SHA-256 (FIPS 180-4) and HMAC (RFC 2104), for the policy's hash, the ledger's chain and Message-IDs.
// Written here because these are the only cryptographic functions amends needs.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace amends {

using Digest = std::array<std::uint8_t, 32>;

// Takes the bytes in any number of pieces. digest() ends it; use a fresh one for the next message.
class Sha256 {
 public:
  void update(std::string_view bytes);
  Digest digest();

 private:
  void take_block(const std::uint8_t* block);

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> block_{};
  std::size_t held_ = 0;      // bytes waiting in block_
  std::uint64_t length_ = 0;  // bytes taken in all
};

Digest sha256(std::string_view bytes);
Digest hmac_sha256(std::string_view key, std::string_view bytes);

std::string hex(std::span<const std::uint8_t> bytes);     // lower case
std::string base32(std::span<const std::uint8_t> bytes);  // RFC 4648 alphabet in lower case, no padding

}  // namespace amends
