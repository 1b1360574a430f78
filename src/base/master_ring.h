/*
 * The master keys that a process knows: those of its file, which is read again
 * when something turns up that none of them has sealed. So a key that was put
 * into the file while the process ran is there when it is needed.
 *
 * An id names a key without telling anything of it.
 */
#ifndef KEYWHEEL_BASE_MASTER_RING_H
#define KEYWHEEL_BASE_MASTER_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypt.h"

#define MASTER_ID_SIZE 16

/* The ring of the file; NULL with a message in *why. hash: the key of hashes.
 * master_ring_free() wipes it. */
struct master_ring *master_ring_new(
    const char *path, uint8_t hash[CRYPT_KEY_SIZE], const char **why);
void master_ring_free(struct master_ring *ring);

/* Read the file again if it has been changed; true if that brought other keys.
 * What cannot be read changes nothing. */
bool master_ring_refresh(struct master_ring *ring);

/* The id of a master key. */
MUSTCHECK bool master_ring_name(
    const uint8_t master[CRYPT_KEY_SIZE], char id[MASTER_ID_SIZE + 1]);

const char *master_ring_path(const struct master_ring *ring);

/* How many keys there are, in the file's order, and the id of each. */
size_t master_ring_count(const struct master_ring *ring);
const char *master_ring_id(const struct master_ring *ring, size_t i);
/* The key that seals is derived from it. */
const uint8_t *master_ring_seal(const struct master_ring *ring, size_t i);
/* … of the one with that id; NULL: it is not there. */
const uint8_t *master_ring_find(const struct master_ring *ring, const char *id);

/* Which of them seals: that with the id, if it is there, from now on and after
 * each reading; NULL: the first. False if it is not there (yet). */
bool master_ring_prefer(struct master_ring *ring, const char *id);
size_t master_ring_preferred(const struct master_ring *ring);
/* NULL if it is not there: another one must not seal in its place, because
 * nobody may have that any more. */
const uint8_t *master_ring_sealing(struct master_ring *ring);

#endif
