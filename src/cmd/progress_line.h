// The line on stderr that tells how far a long job is: rewritten in place by a thread of its own, erased at the end.
#pragma once
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

#include "io/progress.h"

namespace amends {

// Whether it is a terminal on which a line can be written over.
bool can_rewrite_lines(std::FILE* stream);

class ProgressLine {
 public:
  // Keeps the reference. Not wanted: nothing is shown.
  ProgressLine(const Progress& progress, bool wanted);
  ~ProgressLine() { end(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  // Erases the line, before something else is printed there.
  void end();

 private:
  void show();

  const Progress& progress_;
  std::mutex guard_;
  std::condition_variable ended_changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace amends
