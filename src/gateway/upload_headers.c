/* Header fields of uploads. */
#include "gateway/upload_headers.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "gateway/access.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/query.h"

static const char *const to_google[] = {
    "X-Goog-Upload-Protocol",
    "X-Goog-Upload-Command",
    "X-Goog-Upload-Offset",
    "X-Goog-Upload-File-Name",
    "X-Goog-Upload-Header-Content-Length",
    "X-Goog-Upload-Header-Content-Type",
    "x-goog-fieldmask",
    "x-server-timeout",
};

size_t
upload_headers_take(
    struct service *s, struct exchange_header of[UPLOAD_HEADERS])
{
	size_t n = 0;
	for (size_t i = 0; i < COUNT_OF(to_google); i++) {
		const char *value = web_header(s->call, to_google[i]);
		if (value != NULL && *value != '\0')
			of[n++] = (struct exchange_header){to_google[i], value};
	}
	return n;
}

void
upload_answer_init(struct upload_answer *a)
{
	*a = (struct upload_answer){0};
	buf_init(&a->url, BUF_SMALL);
}

void
upload_answer_clear(struct upload_answer *a)
{
	pipe_headers_clear(&a->other);
	buf_clear(&a->url);
}

void
upload_answer_add(struct upload_answer *a, struct service *s, const char *name,
    const char *value)
{
	if (strcmp(name, "x-goog-upload-status") == 0) {
		snprintf(
		    s->upload_status, sizeof(s->upload_status), "%s", value);
	} else if (strcmp(name, "x-goog-upload-url") == 0) {
		buf_reset(&a->url);
		buf_str(&a->url, value);
	} else {
		pipe_headers_add(&a->other, name, value);
	}
}

bool
upload_origin(struct service *s, struct buf *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_:[]";
	const char *set = settings_text(s->settings, SETTING_ID_PUBLIC_URL);
	const char *host = web_header(s->call, "host");
	bool tls =
	    text_same(web_variable(s->call, "REQUEST_SCHEME"), "https") ||
	    text_same(web_variable(s->call, "HTTPS"), "on");
	if (*set != '\0') {
		buf_str(out, set);
		return true;
	}
	if (host == NULL || *host == '\0' ||
	    strspn(host, letters) != strlen(host))
		return false;
	buf_fmt(out, "%s://%s", tls ? "https" : "http", host);
	return true;
}

bool
upload_answer_session(
    const struct upload_answer *a, struct buf *id, struct buf *query)
{
	const char *mark = strchr(buf_cstr(&a->url), '?');
	if (mark == NULL)
		return false;
	query_without(mark + 1, access_parameters, access_n_parameters, query);
	return query_get(buf_cstr(query), "upload_id", id) && id->len > 0;
}
