// A letter as mail programs take it that build the message themselves (s-nail -t, mutt -H -): UTF-8, no MIME.
// They add the Date, encode as they see fit, and keep our Message-ID. They have to be told that it is UTF-8
// (LC_ALL=C.UTF-8 in cron). A display name they could take for addresses
// is left out: one beyond ASCII with an @, a bracket or a quote in it.
#pragma once
#include <string>

#include "core/mail/letter.h"

namespace amends {

// From, To, Reply-To, Subject, Message-ID, each on one line, an empty line, the text. Throws Error when a value holds what no
// header may.
std::string plain_mail(const Message& message);

}  // namespace amends
