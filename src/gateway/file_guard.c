/* Trying the guard of a file. */
#include "gateway/file_guard.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/url.h"
#include "gateway/service.h"
#include "upstream/fetch.h"
#include "web/call.h"

#define MAX_FILE ((size_t)64 * 1024)
#define TOTAL_MS 8000

/* What stands behind folder in path, with its slash; NULL: it is not there. */
static const char *
below(const char *path, const char *folder)
{
	size_t len = strlen(folder);
	while (len > 0 && folder[len - 1] == '/')
		len--;
	return len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/'
	    ? path + len
	    : NULL;
}

/* The address, on this host, of a file in the folder of the program or below
 * the host's whole web space. False if it is in neither. */
static bool
find_path(struct service *s, const char *file, struct buf *path)
{
	const char *name = web_variable(s->call, "SCRIPT_NAME");
	const char *script = web_variable(s->call, "SCRIPT_FILENAME");
	const char *root = web_variable(s->call, "DOCUMENT_ROOT");
	char *real = script == NULL ? NULL : realpath(script, NULL);
	char *slash = real == NULL ? NULL : strrchr(real, '/');
	if (slash != NULL)
		*slash = '\0';
	const char *rest = real == NULL ? NULL : below(file, real);
	const char *end = name == NULL ? NULL : strrchr(name, '/');
	if (rest != NULL && end != NULL) {
		buf_add(path, name, (size_t)(end - name));
		buf_str(path, rest);
	}
	free(real);
	char *real_root =
	    path->len > 0 || root == NULL ? NULL : realpath(root, NULL);
	rest = real_root == NULL ? NULL : below(file, real_root);
	if (rest != NULL)
		buf_str(path, rest);
	free(real_root);
	return path->len > 0;
}

/* Until its time is over. */
static bool
go_on(void *ctx)
{
	(void)ctx;
	return true;
}

static enum file_guard
try_it(const char *url, const struct buf *text)
{
	const struct fetch_request request = {
	    .url = url,
	    .max = MAX_FILE,
	    .total_ms = TOTAL_MS,
	    .connect_ms = TOTAL_MS,
	    .allow_private = true,
	    .tick = go_on,
	};
	struct fetch_answer answer = {0};
	struct buf why;
	buf_init(&answer.body, MAX_FILE);
	buf_init(&why, BUF_SMALL);
	enum fetch_end end = fetch_run(&request, &answer, &why);
	bool open = end == FETCH_DONE && answer.body.len == text->len &&
	    memcmp(buf_cstr(&answer.body), buf_cstr(text), text->len) == 0;
	bool closed = (end == FETCH_DONE && !open) || end == FETCH_STATUS;
	if (answer.body.data != NULL)
		crypt_wipe(answer.body.data, answer.body.len);
	buf_clear(&answer.body);
	buf_clear(&why);
	return open  ? FILE_GUARD_OPEN
	    : closed ? FILE_GUARD_CLOSED
		     : FILE_GUARD_UNKNOWN;
}

enum file_guard
file_guard_try(struct service *s, const char *path, struct buf *address)
{
	struct buf text, place, why;
	const char *host = web_header(s->call, "host");
	const char *scheme = text_same(web_variable(s->call, "HTTPS"), "on") ||
		text_same(web_variable(s->call, "REQUEST_SCHEME"), "https")
	    ? "https"
	    : "http";
	enum file_guard guard = FILE_GUARD_CLOSED;
	buf_init(&text, MAX_FILE);
	buf_init(&place, BUF_SMALL);
	buf_init(&why, BUF_SMALL);
	char *real = realpath(path, NULL);
	if (real != NULL && file_read(real, &text, &why) &&
	    find_path(s, real, &place)) {
		bool known = url_is_authority(host);
		buf_fmt(address, "%s://%s%s", scheme, known ? host : "…",
		    buf_cstr(&place));
		guard = known ? try_it(buf_cstr(address), &text)
			      : FILE_GUARD_UNKNOWN;
	}
	if (text.data != NULL)
		crypt_wipe(text.data, text.len);
	free(real);
	buf_clear(&text);
	buf_clear(&place);
	buf_clear(&why);
	return guard;
}
