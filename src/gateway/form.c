/* Multipart forms. */
#include "gateway/form.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "gateway/access.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/multipart.h"

#define MB ((int64_t)1024 * 1024)
#define PIECE ((size_t)64 * 1024)

/* A form that is being read. */
struct intake {
	struct form *form;
	int64_t max;
	size_t in_memory;
	struct api_error *error;
};

/* --- parts --------------------------------------------------------------- */

static struct form_part *
current(struct intake *in)
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

static bool
on_begin(void *ctx, const char *name, const char *filename, const char *type)
{
	struct intake *in = ctx;
	if (in->form->n == FORM_MAX_PARTS)
		return api_error_set(in->error, FAULT_TOO_LARGE, NULL,
		    "The form has more than %d parts.", FORM_MAX_PARTS);
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
	(void)ctx;
	return true;
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
    int64_t max, size_t in_memory, struct form *form, struct api_error *error)
{
	struct intake in = {
	    .form = form, .max = max, .in_memory = in_memory, .error = error};
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
	if (max == 0)
		in.max = settings_int(s->settings, SETTING_ID_MAX_BODY_MB) * MB;
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

bool
form_read(const struct form_part *part, struct buf *out)
{
	char piece[PIECE];
	if (part->fd < 0) {
		buf_join(out, &part->text);
		return buf_ok(out);
	}
	for (off_t at = 0; at < part->size;) {
		ssize_t n = pread(part->fd, piece, sizeof(piece), at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		buf_add(out, piece, (size_t)n);
		at += n;
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
