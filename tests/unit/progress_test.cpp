// What the line says of how far a job is.
#include <doctest/doctest.h>

#include "io/progress.h"

using namespace amends;

TEST_CASE("progress is told in rows, rate, share and time left") {
  Progress progress;
  CHECK(progress_words(progress, 1) == "opening the sources");
  progress.bytes_in_all = 1000;
  CHECK(progress_words(progress, 1) == "reading");
  progress.bytes = 250;
  progress.rows = 4'200'000;
  CHECK(progress_words(progress, 2) == "reading 4.2 M rows, 2.1 M/s, 25 %, 6 s left");
  CHECK(progress_words(progress, 60) == "reading 4.2 M rows, 70 k/s, 25 %, 3 min left");
  progress.batches_in_all = 8;
  CHECK(progress_words(progress, 1) == "judging");
  progress.batches = 2;
  CHECK(progress_words(progress, 1) == "judging 25 %, 3 s left");
  progress.batches = 9;
  CHECK(progress_words(progress, 1) == "judging 100 %, 0 s left");
}
