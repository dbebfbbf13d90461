// The project file: any text is a project or an Error.
#include "core/project.h"
#include "fuzz.h"
#include "io/toml.h"

using namespace amends;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = std::make_shared<const Source>(Source{"amends.toml", std::string(fuzz::text_of(data, size))});
  if (first_invalid_utf8(source->text) != std::string::npos) return 0;  // refused where files are read
  fuzz::answers([&] {
    Project project;
    read_project(read_toml(source), project);
  });
  return 0;
}
