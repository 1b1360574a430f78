/* Recording of bodies. */
#include "gateway/body_record.h"

#include "base/crypt.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/service.h"
#include "protocol/body_shorten.h"
#include "store/requests.h"

/* A secret that is cut in two at the end is not recognised: a little more than
 * what is kept is looked through. */
#define MARGIN 1024

static bool
is_on(const struct service *s)
{
	return settings_int(
		   s->settings, SETTING_ID_ERROR_LOG_RECORD_REQUEST_BODY) != 0;
}

static bool
is_failure(enum outcome outcome)
{
	return outcome != OUTCOME_COMPLETE && outcome != OUTCOME_LENGTH &&
	    outcome != OUTCOME_BLOCKED && outcome != OUTCOME_CLIENT_GONE;
}

static void
note(struct service *s, const char *bytes, size_t len)
{
	body_record_clear(s);
	body_shorten(&s->noted_body, bytes, len, BODY_RECORD_MAX + MARGIN);
	s->noted_size = (int64_t)len;
}

void
body_record_note(struct service *s, const struct buf *body)
{
	if (is_on(s))
		note(s, buf_cstr(body), body->len);
}

void
body_record_clear(struct service *s)
{
	buf_clear(&s->noted_body);
	buf_init(&s->noted_body, BUF_LARGE);
	s->noted_size = 0;
}

void
body_record_end(struct service *s, enum outcome outcome, const char *other,
    size_t other_len, struct buf *sealed, struct account *account)
{
	struct buf plain;
	if (!is_on(s) || !is_failure(outcome))
		return;
	if (s->noted_size == 0 && other != NULL)
		note(s, other, other_len);
	if (s->noted_size == 0)
		return;
	buf_init(&plain, BUF_LARGE);
	text_redact(&plain, buf_cstr(&s->noted_body), s->noted_body.len);
	size_t len = text_cut(buf_cstr(&plain), BODY_RECORD_MAX);
	if (crypt_seal(&s->master, buf_cstr(&plain), len, sealed)) {
		account->body = sealed;
		account->body_size = s->noted_size;
	} else
		log_request(
		    LOG_ERROR, s->request_id, "its body could not be sealed");
	buf_clear(&plain);
}
