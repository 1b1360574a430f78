/* Multipart forms. */
#include "gateway/form.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/access.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/multipart.h"

#define MB ((int64_t)1024 * 1024)
#define PIECE ((size_t)64 * 1024)

/* A multiple of three: its base64 needs no padding. */
#define BASE64_PIECE ((size_t)48 * 1024)

/* A form that is being read. */
struct intake {
	struct form *form;
	int64_t max;
	size_t in_memory;
	struct api_error *error;
};

/* --- parts --------------------------------------------------------------- */

static struct form_part *
current(const struct intake *in)
{
	return &in->form->parts[in->form->n - 1];
}

static char *
copy(const char *text)
{
	char *made = text == NULL ? NULL : strdup(text);
	if (text != NULL && made == NULL)
		abort();
	return made;
}

/* What is to stand in JSON, here and at Google's. */
static bool
is_text(const struct intake *in, const char *param, const char *what,
    const char *text, size_t len)
{
	return text_is_utf8(text, len) ||
	    api_error_set(in->error, FAULT_BAD_VALUE, param,
		"The form has a %s that is not UTF-8.", what);
}

static bool
on_begin(void *ctx, const char *name, const char *filename, const char *type)
{
	struct intake *in = ctx;
	if (in->form->n == FORM_MAX_PARTS)
		return api_error_set(in->error, FAULT_TOO_LARGE, NULL,
		    "The form has more than %d parts.", FORM_MAX_PARTS);
	if (!is_text(in, NULL, "name", name, strlen(name)) ||
	    (filename != NULL &&
		!is_text(in, name, "file name", filename, strlen(filename))))
		return false;
	struct form_part *p = &in->form->parts[in->form->n++];
	*p = (struct form_part){
	    .name = copy(name),
	    .filename = copy(filename),
	    .type = copy(type),
	    .fd = -1,
	};
	buf_init(&p->text, filename == NULL ? FORM_MAX_FIELD : BUF_LARGE);
	return true;
}

static bool
no_room(struct intake *in)
{
	log_line(LOG_ERROR, "a form's file cannot be written to %s: %s",
	    file_temporary_folder(), strerror(errno));
	return api_error_set(in->error, FAULT_INTERNAL, NULL,
	    "The gateway has no room for the file.");
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* The file has become too large for memory. */
static bool
move_out(struct intake *in, struct form_part *p)
{
	p->fd = file_temporary();
	if (p->fd < 0 || !write_all(p->fd, p->text.data, p->text.len))
		return no_room(in);
	buf_clear(&p->text);
	return true;
}

static bool
on_data(void *ctx, const char *bytes, size_t len)
{
	struct intake *in = ctx;
	struct form_part *p = current(in);
	p->size += (int64_t)len;
	if (p->filename != NULL && p->fd < 0 &&
	    p->text.len + len > in->in_memory && !move_out(in, p))
		return false;
	if (p->fd >= 0)
		return write_all(p->fd, bytes, len) || no_room(in);
	buf_add(&p->text, bytes, len);
	return buf_ok(&p->text) ||
	    api_error_set(in->error, FAULT_TOO_LARGE, p->name,
		"'%s' is larger than %zu bytes.", p->name, p->text.max);
}

static bool
on_end(void *ctx)
{
	const struct intake *in = ctx;
	const struct form_part *p = current(in);
	return p->filename != NULL ||
	    is_text(in, p->name, "field", buf_cstr(&p->text), p->text.len);
}

/* --- the form ------------------------------------------------------------ */

/* It ends with the last boundary; what comes behind that is void. */
static bool
read_parts(struct service *s, struct multipart *m, struct intake *in)
{
	char piece[PIECE];
	enum multipart_state state = MULTIPART_GOING;
	int64_t left = in->max;
	long n = 0;

	while (state == MULTIPART_GOING && left >= 0 &&
	    (n = web_read_some(s->call, piece, sizeof(piece))) > 0) {
		left -= n;
		state = multipart_feed(m, piece, (size_t)n);
	}
	web_drain(s->call);
	if (left < 0)
		return api_error_set(in->error, FAULT_TOO_LARGE, NULL,
		    "The request body is larger than %lld MB.",
		    (long long)(in->max / MB));
	if (state == MULTIPART_DONE)
		return true;
	return state != MULTIPART_STOPPED &&
	    api_error_set(in->error, FAULT_BAD_JSON, NULL,
		"The body is not complete multipart/form-data.");
}

bool
form_take(struct service *s, uint8_t token[CRYPT_HASH_SIZE], int64_t *token_id,
    enum setting_id limit, size_t in_memory, struct form *form,
    struct api_error *error)
{
	struct intake in = {
	    .form = form, .in_memory = in_memory, .error = error};
	const struct multipart_sink sink = {&in, on_begin, on_data, on_end};
	struct multipart m;

	form->n = 0;
	*token_id = 0;
	if (!access_take(s, token, error))
		return false;
	const char *type = web_header(s->call, "content-type");
	bool ok = multipart_init(&m, type, &sink) ||
	    api_error_set(error, FAULT_MEDIA_TYPE, NULL,
		"The body must be sent as Content-Type: multipart/form-data "
		"with a boundary.");
	ok = ok &&
	    ((web_body_announced(s->call) && web_body_size(s->call) <= MB) ||
		access_check(s, token, token_id, NULL, error));
	/* Only now: the check of the token brings the settings up to date. */
	in.max = settings_int(s->settings, limit) * MB;
	ok = ok && read_parts(s, &m, &in);
	multipart_clear(&m);
	return ok;
}

const struct form_part *
form_find(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->n; i++)
		if (strcmp(form->parts[i].name, name) == 0)
			return &form->parts[i];
	return NULL;
}

const char *
form_text(const struct form *form, const char *name)
{
	const struct form_part *p = form_find(form, name);
	return p == NULL || p->filename != NULL ? NULL : buf_cstr(&p->text);
}

ssize_t
form_read_at(const struct form_part *part, int64_t at, char *bytes, size_t max)
{
	size_t n = 0;
	while (n < max && at + (int64_t)n < part->size) {
		int64_t from = at + (int64_t)n, left = part->size - from;
		size_t want =
		    left < (int64_t)(max - n) ? (size_t)left : max - n;
		ssize_t got = (ssize_t)want;
		if (part->fd < 0)
			memcpy(bytes + n, part->text.data + from, want);
		else
			got = pread(part->fd, bytes + n, want, (off_t)from);
		if (got < 0 && errno == EINTR)
			continue;
		/* A file that is shorter than it was is not whole. */
		if (got <= 0)
			return -1;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

bool
form_base64(const struct form_part *part, struct buf *out)
{
	char piece[BASE64_PIECE];
	ssize_t n;
	for (int64_t at = 0; at < part->size; at += n) {
		n = form_read_at(part, at, piece, sizeof(piece));
		if (n <= 0)
			return false;
		base64_encode(out, piece, (size_t)n);
	}
	return buf_ok(out);
}

void
form_clear(struct form *form)
{
	for (size_t i = 0; i < form->n; i++) {
		struct form_part *p = &form->parts[i];
		free(p->name);
		free(p->filename);
		free(p->type);
		buf_clear(&p->text);
		if (p->fd >= 0)
			close(p->fd);
	}
	form->n = 0;
}
