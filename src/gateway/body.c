/* Bodies of API requests. */
#include "gateway/body.h"

#include <string.h>

#include "base/text.h"
#include "gateway/access.h"
#include "gateway/body_record.h"
#include "gateway/live.h"
#include "gateway/respond.h"
#include "gateway/service.h"
#include "web/call.h"

#define MB ((size_t)1024 * 1024)

static bool
is_json_type(const char *type)
{
	size_t len = strcspn(type, "; ");
	return (len == 16 && strncasecmp(type, "application/json", 16) == 0) ||
	    (len == 9 && strncasecmp(type, "text/json", 9) == 0) ||
	    (len > 5 && strncasecmp(type + len - 5, "+json", 5) == 0);
}

static bool
too_large(struct api_error *error, size_t max)
{
	return api_error_set(error, FAULT_TOO_LARGE, NULL,
	    "The request body is larger than %zu MB.", max / MB);
}

static bool
take(struct service *s, const uint8_t token[CRYPT_HASH_SIZE], int64_t *token_id,
    struct buf *body, struct api_error *error)
{
	if (web_body_size(s->call) > (int64_t)MB &&
	    !access_check(s, token, token_id, NULL, error))
		return false;

	size_t max = settings_bytes(s->settings, SETTING_ID_MAX_BODY_MB);
	buf_init(body, max);
	switch (web_read_body(s->call, max, body)) {
	case WEB_BODY_WHOLE:
		body_record_note(s, body);
		return true;
	case WEB_BODY_TOO_LARGE:
		return too_large(error, max);
	case WEB_BODY_BROKEN:
		break;
	}
	return api_error_set(error, FAULT_BAD_JSON, NULL,
	    "The request body ended before its announced length.");
}

bool
body_take(struct service *s, uint8_t token[CRYPT_HASH_SIZE], int64_t *token_id,
    struct buf *body, struct api_error *error)
{
	*token_id = 0;
	if (!access_take(s, token, error))
		return false;
	const char *type = web_header(s->call, "content-type");
	if (type != NULL && *type != '\0' && !is_json_type(type))
		return api_error_set(error, FAULT_MEDIA_TYPE, NULL,
		    "The body must be sent as Content-Type: application/json.");
	return take(s, token, token_id, body, error);
}

bool
body_take_bytes(struct service *s, uint8_t token[CRYPT_HASH_SIZE],
    int64_t *token_id, struct buf *body, struct api_error *error)
{
	*token_id = 0;
	return access_take(s, token, error) &&
	    take(s, token, token_id, body, error);
}

void
body_refuse(struct service *s, const char *route, const char *model,
    const uint8_t token[CRYPT_HASH_SIZE], int64_t token_id,
    enum api_dialect dialect, struct api_error *error)
{
	struct api_error other = {0};
	if (token_id == 0 &&
	    outcome_of_fault(error->fault) != OUTCOME_UNAUTHORIZED &&
	    error->fault != FAULT_DATABASE &&
	    !access_check(s, token, &token_id, NULL, &other)) {
		api_error_clear(error);
		*error = other;
	}
	respond_error(s, dialect, error);
	live_refused(s, route, model, false, token_id, dialect, error);
}

bool
body_judge_again(struct service *s, const uint8_t token[CRYPT_HASH_SIZE],
    int64_t *token_id, struct api_error *error)
{
	int64_t version = settings_version(s->settings);
	struct api_error other = {0};
	if (*token_id == 0 && !access_check(s, token, token_id, NULL, &other)) {
		api_error_clear(error);
		*error = other;
		return false;
	}
	if (settings_version(s->settings) == version)
		return false;
	api_error_clear(error);
	return true;
}
