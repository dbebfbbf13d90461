// Runs one fuzz target without libFuzzer: over its seeds, then over so many changed ones, the same every time.
// Usage: fuzz_<topic>_shortly SEEDS INPUTS. A find ends the program; the input that did it is left in a file.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string current;

void leave_input(int signal) {
  std::FILE* const file = std::fopen("find", "wb");
  if (file != nullptr) {
    std::fwrite(current.data(), 1, current.size(), file);
    std::fclose(file);
  }
  std::fprintf(stderr, "signal %d; the input of %zu bytes is left in ./find\n", signal, current.size());
  std::_Exit(1);
}

void run(const std::string& input) {
  current = input;
  const std::vector<std::uint8_t> exact(input.begin(), input.end());  // no spare byte behind it
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::vector<std::string> seeds_in(const char* folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> seeds = {""};
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

class Changes {
 public:
  explicit Changes(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

  std::string next() {
    std::string text = seeds_[below(seeds_.size())];
    for (std::size_t more = 1 + below(6); more > 0; --more) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : static_cast<std::size_t>(dice_()) % limit; }

  void change(std::string& text) {
    static const std::string telling = "\"\"\",,\t\n\r\n\r \0-:+TZ.0159aé\xff";
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = below(std::min<std::size_t>(text.size() - at, 80) + 1);
    switch (below(6)) {
      case 0: text.insert(at, 1, telling[below(telling.size())]); break;
      case 1: if (at < text.size()) text[at] = telling[below(telling.size())]; break;
      case 2: text.erase(at, length); break;
      case 3: text.insert(at, text.substr(at, length)); break;
      case 4: text.insert(at, other_part()); break;
      default: if (at < text.size()) text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1u << below(8)));
    }
  }

  std::string other_part() {
    const std::string& other = seeds_[below(seeds_.size())];
    const std::size_t from = below(other.size());
    return other.substr(from, below(100));
  }

  std::vector<std::string> seeds_;
  std::mt19937 dice_{7};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("Usage: fuzz_<topic>_shortly SEEDS INPUTS\n", stderr);
    return 2;
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) std::signal(signal, leave_input);
  const std::vector<std::string> seeds = seeds_in(argv[1]);
  for (const std::string& seed : seeds) run(seed);
  Changes changes(seeds);
  const long inputs = std::atol(argv[2]);
  for (long i = 0; i < inputs; ++i) run(changes.next());
  std::printf("%zu seeds and %ld changed ones\n", seeds.size(), inputs);
}
