/* The messages of bench_letters by GMime, for tests/bench/letters: reads the finished letters, each with a NUL
 * behind, makes each a message of text and HTML and writes it, a NUL behind. Messages a second on stderr. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static GMimeObject *part_of(const char *subtype, const char *text) {
  GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
  g_mime_text_part_set_charset(part, "utf-8");
  g_mime_text_part_set_text(part, text);
  g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  return GMIME_OBJECT(part);
}

static GByteArray *message_of(char **fields) {
  GMimeMessage *message = g_mime_message_new(TRUE);
  g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, "Maya Chen", "maya@northwind.example");
  g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, fields[0], fields[1]);
  g_mime_message_set_subject(message, fields[2], "utf-8");
  g_mime_message_set_message_id(message, fields[3]);
  GDateTime *date = g_date_time_new_from_unix_utc(1795344000);
  g_mime_message_set_date(message, date);
  GMimeMultipart *both = g_mime_multipart_new_with_subtype("alternative");
  GMimeObject *text = part_of("plain", fields[4]), *html = part_of("html", fields[5]);
  g_mime_multipart_add(both, text);
  g_mime_multipart_add(both, html);
  g_mime_message_set_mime_part(message, GMIME_OBJECT(both));
  GMimeStream *stream = g_mime_stream_mem_new();
  g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, stream);
  GByteArray *bytes = g_byte_array_ref(g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream)));
  bytes = g_byte_array_append(g_byte_array_new(), bytes->data, bytes->len);
  g_object_unref(stream);
  g_object_unref(text);
  g_object_unref(html);
  g_object_unref(both);
  g_date_time_unref(date);
  g_object_unref(message);
  return bytes;
}

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(void) {
  g_mime_init();
  GPtrArray *fields = g_ptr_array_new();
  char *field = NULL;
  size_t room = 0;
  while (getdelim(&field, &room, 0, stdin) > 0) g_ptr_array_add(fields, g_strdup(field));
  const guint count = fields->len / 6;
  const double start = seconds(CLOCK_MONOTONIC), worked = seconds(CLOCK_PROCESS_CPUTIME_ID);
  for (guint i = 0; i < count; ++i) g_byte_array_unref(message_of((char **)fields->pdata + 6 * i));
  fprintf(stderr, "%.0f %.0f\n", count / (seconds(CLOCK_MONOTONIC) - start), count / (seconds(CLOCK_PROCESS_CPUTIME_ID) - worked));
  for (guint i = 0; i < count; ++i) {
    GByteArray *bytes = message_of((char **)fields->pdata + 6 * i);
    fwrite(bytes->data, 1, bytes->len, stdout);
    fputc(0, stdout);
    g_byte_array_unref(bytes);
  }
  return 0;
}
