// Random bytes from the system, for the ledger's secret and the salts of personal values.
#pragma once
#include <cstddef>
#include <string>

namespace amends {

std::string random_bytes(std::size_t count);

}  // namespace amends
