/* The master keys that a process knows. */
#include "base/master_ring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/master_file.h"
#include "base/text.h"

struct ring_key {
	uint8_t seal[CRYPT_KEY_SIZE];
	char id[MASTER_ID_SIZE + 1];
};

struct master_ring {
	char *path;
	struct stat was; /* of the file when it was read */
	size_t n, preferred;
	struct ring_key keys[MASTER_KEYS_MOST];
	char wanted[MASTER_ID_SIZE + 1]; /* "": the first */
};

/* --- reading ------------------------------------------------------------- */

bool
master_ring_name(
    const uint8_t master[CRYPT_KEY_SIZE], char id[MASTER_ID_SIZE + 1])
{
	uint8_t bytes[CRYPT_KEY_SIZE];
	struct buf hex;
	if (!crypt_derive(master, "keywheel id", bytes))
		return false;
	buf_init(&hex, MASTER_ID_SIZE);
	text_hex(&hex, bytes, MASTER_ID_SIZE / 2);
	snprintf(id, MASTER_ID_SIZE + 1, "%s", buf_cstr(&hex));
	buf_clear(&hex);
	return true;
}

static bool
make_key(const uint8_t master[CRYPT_KEY_SIZE], struct ring_key *key)
{
	return crypt_derive(master, "keywheel seal", key->seal) &&
	    master_ring_name(master, key->id);
}

/* The place of the key with that id; n: it is not there. */
static size_t
place_of(const struct master_ring *ring, const char *id)
{
	size_t i = 0;
	while (i < ring->n && strcmp(ring->keys[i].id, id) != 0)
		i++;
	return i;
}

static void
choose(struct master_ring *ring)
{
	size_t at = place_of(ring, ring->wanted);
	ring->preferred = at < ring->n ? at : 0;
}

static bool
take(struct master_ring *ring, const struct master_file *file,
    uint8_t hash[CRYPT_KEY_SIZE])
{
	ring->n = (size_t)file->n;
	bool ok = true;
	for (int i = 0; ok && i < file->n; i++)
		ok = make_key(file->keys[i], &ring->keys[i]);
	if (file->has_hash)
		memcpy(hash, file->hash, CRYPT_KEY_SIZE);
	else
		ok = ok && crypt_derive(file->keys[0], "keywheel hash", hash);
	choose(ring);
	return ok;
}

/* The look at the file comes first: if it changes in between, it is read once
 * more for nothing. */
static bool
read_ring(struct master_ring *ring, const char *path,
    uint8_t hash[CRYPT_KEY_SIZE], const char **why)
{
	struct master_file file;
	struct stat was = {0};
	(void)stat(path, &was);
	if (!master_file_read(path, &file, why))
		return false;
	bool ok = take(ring, &file, hash);
	ring->was = was;
	crypt_wipe(&file, sizeof(file));
	if (!ok)
		*why = "libcrypto could not derive the keys";
	return ok;
}

struct master_ring *
master_ring_new(
    const char *path, uint8_t hash[CRYPT_KEY_SIZE], const char **why)
{
	struct master_ring *ring = calloc(1, sizeof(*ring));
	if (ring == NULL)
		abort();
	ring->path = strdup(path);
	if (ring->path == NULL)
		abort();
	if (read_ring(ring, path, hash, why))
		return ring;
	master_ring_free(ring);
	return NULL;
}

void
master_ring_free(struct master_ring *ring)
{
	if (ring == NULL)
		return;
	free(ring->path);
	crypt_wipe(ring, sizeof(*ring));
	free(ring);
}

static bool
is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Its rights count, too: ctim. */
static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
	    a->st_size == b->st_size &&
	    is_same_time(&a->st_mtim, &b->st_mtim) &&
	    is_same_time(&a->st_ctim, &b->st_ctim);
}

static bool
has_same_keys(const struct master_ring *a, const struct master_ring *b)
{
	return a->n == b->n &&
	    memcmp(a->keys, b->keys, a->n * sizeof(a->keys[0])) == 0;
}

bool
master_ring_refresh(struct master_ring *ring)
{
	struct stat now;
	struct master_ring next = *ring;
	/* The one for hashes is the same as long as the process lives. */
	uint8_t hash[CRYPT_KEY_SIZE];
	const char *why;
	if (stat(ring->path, &now) != 0 || is_same_file(&now, &ring->was))
		return false;
	/* What cannot be read now is tried again each time. */
	bool ok = read_ring(&next, ring->path, hash, &why);
	bool changed = ok && !has_same_keys(&next, ring);
	if (ok)
		*ring = next;
	crypt_wipe(&next, sizeof(next));
	crypt_wipe(hash, sizeof(hash));
	return changed;
}

/* --- what there is ------------------------------------------------------- */

const char *
master_ring_path(const struct master_ring *ring)
{
	return ring->path;
}

size_t
master_ring_count(const struct master_ring *ring)
{
	return ring->n;
}

const char *
master_ring_id(const struct master_ring *ring, size_t i)
{
	return ring->keys[i].id;
}

const uint8_t *
master_ring_seal(const struct master_ring *ring, size_t i)
{
	return ring->keys[i].seal;
}

const uint8_t *
master_ring_find(const struct master_ring *ring, const char *id)
{
	size_t at = place_of(ring, id);
	return at < ring->n ? ring->keys[at].seal : NULL;
}

/* Is the one there that is to seal? */
static bool
may_seal(struct master_ring *ring)
{
	return *ring->wanted == '\0' ||
	    master_ring_find(ring, ring->wanted) != NULL ||
	    (master_ring_refresh(ring) &&
		master_ring_find(ring, ring->wanted) != NULL);
}

bool
master_ring_prefer(struct master_ring *ring, const char *id)
{
	snprintf(ring->wanted, sizeof(ring->wanted), "%s", id ? id : "");
	choose(ring);
	return may_seal(ring);
}

size_t
master_ring_preferred(const struct master_ring *ring)
{
	return ring->preferred;
}

const uint8_t *
master_ring_sealing(struct master_ring *ring)
{
	return may_seal(ring) ? ring->keys[ring->preferred].seal : NULL;
}
