/* GET /pictures/NAME: what the built-in image host keeps. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/endpoint.h"
#include "gateway/picture_store.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "store/db.h"
#include "store/pictures.h"
#include "web/call.h"

/* Bytes of the hash that tell one picture from another. */
#define TAG_BYTES 8
#define TAG_SIZE (2 + 2 * TAG_BYTES + 1)

/* Whatever the bytes are: browsers show a picture, and do nothing else. Pages
 * of all origins may show it, and send nobody here by it. */
static const struct {
	const char *name, *value;
} headers[] = {
    {"Content-Security-Policy",
	"default-src 'none'; style-src 'unsafe-inline'; sandbox"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "cross-origin"},
    {"X-Robots-Tag", "noindex"},
};

/* A name has one picture for ever: its hash is as good as that of the
 * bytes. */
static void
make_tag(const uint8_t hash[CRYPT_HASH_SIZE], char tag[TAG_SIZE])
{
	struct buf hex;
	buf_init(&hex, TAG_SIZE);
	text_hex(&hex, hash, TAG_BYTES);
	snprintf(tag, TAG_SIZE, "\"%s\"", buf_cstr(&hex));
	buf_clear(&hex);
}

/* Has the client the picture already? */
static bool
is_known(struct service *s, const char *tag)
{
	const char *known = web_header(s->call, "if-none-match");
	return known != NULL &&
	    (strcmp(known, "*") == 0 || strstr(known, tag) != NULL);
}

/* Status and headers, but for those of the body. */
static void
start(struct service *s, int status, const struct picture *picture,
    const char *tag)
{
	char cache[64];
	snprintf(cache, sizeof(cache),
	    "private, max-age=%" PRId64 ", immutable", picture->seconds_left);
	respond_start(s, status, status == 200 ? picture->type : NULL);
	web_add_header(s->call, "ETag", tag);
	web_add_header(s->call, "Cache-Control", cache);
	for (size_t i = 0; i < COUNT_OF(headers); i++)
		web_add_header(s->call, headers[i].name, headers[i].value);
}

/* One piece after the other. What is promised and cannot be sent, because it
 * was removed at this moment, is broken off. */
static void
send_pieces(struct service *s, const struct picture *picture)
{
	int64_t sent = 0;
	struct buf piece;
	buf_init(&piece, BUF_LARGE);
	for (int n = 0; sent < picture->size; n++) {
		buf_reset(&piece);
		if (!pictures_piece(s->db, picture->id, n, &piece))
			log_request(LOG_ERROR, s->request_id,
			    "a picture could not be read: %s", db_error(s->db));
		if (piece.len == 0) {
			web_break(s->call);
			break;
		}
		sent += (int64_t)piece.len;
		if (!web_write(s->call, piece.data, piece.len))
			break;
	}
	buf_clear(&piece);
}

static void
send_picture(struct service *s, const struct picture *picture, const char *tag)
{
	char size[24];
	snprintf(size, sizeof(size), "%" PRId64, picture->size);
	start(s, 200, picture, tag);
	web_add_header(s->call, "Content-Length", size);
	web_end_headers(s->call);
	if (strcmp(web_method(s->call), "HEAD") != 0)
		send_pieces(s, picture);
	web_finish(s->call);
}

static void
refuse(struct service *s, enum api_fault fault, const char *words)
{
	struct api_error error = {0};
	api_error_set(&error, fault, NULL, "%s", words);
	respond_error(s, DIALECT_OPENAI, &error);
	api_error_clear(&error);
}

static void
serve(struct service *s, const struct route_match *match)
{
	struct picture picture = {0};
	uint8_t hash[CRYPT_HASH_SIZE];
	char tag[TAG_SIZE];
	const char *name = buf_cstr(&match->capture[0]);
	bool ours = strlen(name) == match->capture[0].len &&
	    picture_store_hash(&s->master, name, hash);
	if (ours && !pictures_find(s->db, hash, &picture)) {
		refuse(s, FAULT_DATABASE, "The database does not answer.");
		return;
	}
	if (picture.id == 0) {
		refuse(s, FAULT_UNKNOWN_URL,
		    "There is no such picture here, or no more.");
		return;
	}
	make_tag(hash, tag);
	if (!is_known(s, tag)) {
		send_picture(s, &picture, tag);
		return;
	}
	start(s, 304, &picture, tag);
	web_end_headers(s->call);
	web_finish(s->call);
}

const struct endpoint endpoint_picture = {DIALECT_OPENAI, serve};
