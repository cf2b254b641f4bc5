#include "cluster/journal.h"

#include "base/fail.h"
#include "base/files.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

/* In front of every packet. */
typedef struct entry {
  uint64_t bytes;  /* of the packet */
  uint64_t digest; /* of place and packet */
  pvs_extent place;
} entry;

static uint64_t digest_of(const hx_block_packet *packet, const pvs_extent *place) {
  uint64_t of_place = XXH3_64bits(place, sizeof *place);
  return XXH3_64bits_withSeed(packet, hx_block_packet_bytes(packet), of_place);
}

static bool name_it(hx_journal *journal, const char *folder, pvs_error *error) {
  *journal = (hx_journal){.fd = -1};
  return snprintf(journal->path, sizeof journal->path, "%s/" HX_JOURNAL, folder) <
             (int)sizeof journal->path ||
         hx_fail_errno(error, ENAMETOOLONG, folder, "cannot use this folder");
}

static bool fail_write(const hx_journal *journal, pvs_error *error) {
  return hx_fail_errno(error, errno, journal->path, "cannot be written");
}

bool hx_journal_create(hx_journal *journal, const char *folder, const char *identity,
                       pvs_error *error) {
  if (!name_it(journal, folder, error))
    return false;
  journal->fd = open(journal->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (journal->fd >= 0 && hx_files_write_fd(journal->fd, identity, strlen(identity)) &&
      hx_files_write_fd(journal->fd, "\n", 1))
    return true;
  return fail_write(journal, error);
}

/* The entry at `at` if it is whole; 0 where there is none. */
static size_t read_entry(const hx_text *bytes, size_t at, hx_text *packet, pvs_extent *place) {
  entry head;
  if (bytes->length - at < sizeof head)
    return 0;
  memcpy(&head, bytes->at + at, sizeof head);
  at += sizeof head;
  if (head.bytes < sizeof(hx_block_packet) || head.bytes > bytes->length - at)
    return 0;
  packet->length = 0;
  hx_text_add(packet, bytes->at + at, head.bytes); /* aligned, as it is not in the file */
  if (packet->failed)
    return 0;
  const hx_block_packet *found = (const hx_block_packet *)(const void *)packet->at;
  if (hx_block_packet_bytes(found) != head.bytes || digest_of(found, &head.place) != head.digest)
    return 0;
  *place = head.place;
  return sizeof head + head.bytes;
}

bool hx_journal_resume(hx_journal *journal, const char *folder, char identity[HX_JOURNAL_IDENTITY],
                       void (*take)(void *ctx, const hx_block_packet *packet,
                                    const pvs_extent *place),
                       void *ctx, pvs_error *error) {
  hx_text bytes = {0}, packet = {0};
  pvs_extent place;
  if (!name_it(journal, folder, error) || !hx_files_read(journal->path, &bytes, error))
    return false;
  const char *end = bytes.at ? memchr(bytes.at, '\n', bytes.length) : NULL;
  size_t at = end ? (size_t)(end - bytes.at) + 1 : 0, size;
  snprintf(identity, HX_JOURNAL_IDENTITY, "%.*s", (int)(at > 0 ? at - 1 : 0),
           bytes.at ? bytes.at : "");
  while (at > 0 && (size = read_entry(&bytes, at, &packet, &place)) > 0) {
    if (take)
      take(ctx, (const hx_block_packet *)(const void *)packet.at, &place);
    at += size;
    journal->blocks++;
  }
  journal->fd = open(journal->path, O_WRONLY | O_APPEND | O_CLOEXEC);
  /* What a killed run was writing goes. */
  bool ok = journal->fd >= 0 && ftruncate(journal->fd, (off_t)at) == 0;
  hx_text_deinit(&bytes);
  hx_text_deinit(&packet);
  return ok || fail_write(journal, error);
}

bool hx_journal_add(hx_journal *journal, const hx_block_packet *packet, const pvs_extent *place,
                    pvs_error *error) {
  entry head = {
      .bytes = hx_block_packet_bytes(packet), .digest = digest_of(packet, place), .place = *place};
  hx_text text = {0};
  hx_text_add(&text, &head, sizeof head);
  hx_text_add(&text, packet, head.bytes);
  bool ok = text.failed ? hx_fail_memory(error)
                        : hx_files_write_fd(journal->fd, text.at, text.length) ||
                              fail_write(journal, error);
  hx_text_deinit(&text);
  journal->blocks += ok;
  return ok;
}

void hx_journal_close(hx_journal *journal, bool complete) {
  if (journal->fd >= 0)
    close(journal->fd);
  if (complete)
    unlink(journal->path);
  journal->fd = -1;
}
