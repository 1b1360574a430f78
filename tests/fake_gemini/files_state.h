/* What the files of files.c share. */
#ifndef FAKE_FILES_STATE_H
#define FAKE_FILES_STATE_H

#include <stdint.h>

#include "files.h"
#include "resources_state.h"

/* Google keeps whole pieces of a chunk that broke off, and wants chunks that
 * are not the last to be made of such. */
#define FILES_PIECE ((long long)8 << 20)

/* How much has come, and its CRC-32. */
struct files_state {
	long long size;
	uint32_t crc;
};

struct upload {
	struct upload *next;
	char *id, *project;
	struct json_object *file; /* as the start has it */
	long long told;           /* the size, -1: not known */
	struct files_state now, kept;
	bool bad_offset; /* of the chunk that comes: its bytes are ignored */
	bool final;
	char *name; /* of the file it has become */
};

struct files {
	struct resources *resources;
	struct upload *first;
	unsigned long long made;
};

/*
 * files_count(state, bytes, n): they have come.
 * files_make(f, project, file, state, reply): a File of what has come, by what
 *   the client has said of it; NULL: the reply says why not.
 * files_refuse(reply, status, message).
 * files_header(request, name, value): false if it is absent.
 * upload_serve(f, tokener, call, reply): the requests under /upload/.
 */
void files_count(struct files_state *, const char *, size_t);
struct resource *files_make(struct files *, const char *, struct json_object *,
    const struct files_state *, struct reply *);
void files_refuse(struct reply *, int, const char *);
bool files_header(const struct http_request *, const char *, struct buf *);
void upload_serve(struct files *, struct json_tokener *,
    const struct resources_call *, struct reply *);

#endif
