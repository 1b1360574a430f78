/* The faults, their status and words in both dialects, and their writers. */
#include "protocol/api_error.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"

#define INVALID "invalid_request_error"
#define SERVER "server_error"

/* One fault: what OpenAI would say, what Google would say. */
struct fault_row {
	int status;
	const char *type, *code, *param;
	const char *message;
	int google_code;
	const char *google_status;
	bool may_retry;
};

static const struct fault_row rows[FAULT__MAX] = {
    [FAULT_NONE] = {200, INVALID, NULL, NULL, "There was no error.", 200, "OK",
	false},
    [FAULT_NO_CREDENTIAL] = {401, INVALID, NULL, NULL,
	"No API key was given. Send it in Authorization (Bearer), in "
	"x-goog-api-key, or in the query as key.",
	401, "UNAUTHENTICATED", false},
    [FAULT_BAD_CREDENTIAL] = {401, INVALID, "invalid_api_key", NULL,
	"API key not valid. Please pass a valid API key.", 400,
	"INVALID_ARGUMENT", false},
    [FAULT_ACCESS_DENIED] = {403, INVALID, "access_denied", NULL,
	"This API key may not be used for this request.", 403,
	"PERMISSION_DENIED", false},
    [FAULT_MODEL_NOT_ALLOWED] = {403, INVALID, "model_not_allowed", "model",
	"This API key may not use this model.", 403, "PERMISSION_DENIED",
	false},
    [FAULT_UNKNOWN_URL] = {404, INVALID, "unknown_url", NULL,
	"There is nothing at this URL.", 404, "NOT_FOUND", false},
    [FAULT_METHOD] = {405, INVALID, "method_not_supported", NULL,
	"This URL does not take this method.", 405, "UNIMPLEMENTED", false},
    [FAULT_TOO_LARGE] = {413, INVALID, "request_too_large", NULL,
	"The request is too large.", 413, "INVALID_ARGUMENT", false},
    [FAULT_MEDIA_TYPE] = {415, INVALID, "unsupported_media_type", NULL,
	"The content type of the request is not supported.", 415,
	"INVALID_ARGUMENT", false},
    [FAULT_BAD_JSON] = {400, INVALID, "invalid_json", NULL,
	"The body of the request is not valid JSON.", 400, "INVALID_ARGUMENT",
	false},
    [FAULT_MISSING_FIELD] = {400, INVALID, "missing_required_parameter", NULL,
	"A required parameter is missing.", 400, "INVALID_ARGUMENT", false},
    [FAULT_WRONG_TYPE] = {400, INVALID, "invalid_type", NULL,
	"A parameter has the wrong type.", 400, "INVALID_ARGUMENT", false},
    [FAULT_OUT_OF_RANGE] = {400, INVALID, "invalid_value", NULL,
	"A parameter is out of range.", 400, "INVALID_ARGUMENT", false},
    [FAULT_BAD_VALUE] = {400, INVALID, "invalid_value", NULL,
	"A parameter has a value that is not known.", 400, "INVALID_ARGUMENT",
	false},
    [FAULT_UNSUPPORTED_FIELD] = {400, INVALID, "unsupported_parameter", NULL,
	"A parameter is not supported.", 400, "INVALID_ARGUMENT", false},
    [FAULT_UNSUPPORTED_VALUE] = {400, INVALID, "unsupported_value", NULL,
	"A parameter has a value that is not supported.", 400,
	"INVALID_ARGUMENT", false},
    [FAULT_MODEL_NOT_FOUND] = {404, INVALID, "model_not_found", "model",
	"The model does not exist.", 404, "NOT_FOUND", false},
    [FAULT_PROMPT_TOO_LONG] = {400, INVALID, "context_length_exceeded",
	"messages", "The prompt is longer than the model's context.", 400,
	"INVALID_ARGUMENT", false},
    [FAULT_BAD_ARGUMENT] = {400, INVALID, "invalid_argument", NULL,
	"Gemini refused the request as invalid.", 400, "INVALID_ARGUMENT",
	false},
    [FAULT_NOT_FOUND] = {404, INVALID, "not_found", NULL,
	"What the request names does not exist.", 404, "NOT_FOUND", false},
    [FAULT_CONTENT_POLICY] = {400, INVALID, "content_policy_violation",
	"prompt", "Gemini refused the request by its content policy.", 400,
	"INVALID_ARGUMENT", false},
    [FAULT_PROMPT_BLOCKED] = {400, INVALID, "content_filter", "messages",
	"Gemini blocked the prompt.", 400, "INVALID_ARGUMENT", false},
    [FAULT_CLIENT_LIMIT] = {429, "requests", "token_limit_exceeded", NULL,
	"This API key has made all the requests that the gateway allows it "
	"for now.",
	429, "RESOURCE_EXHAUSTED", true},
    [FAULT_CLIENT_TOKENS] = {429, "tokens", "token_limit_exceeded", NULL,
	"This API key has used up the tokens that the gateway allows it for "
	"now.",
	429, "RESOURCE_EXHAUSTED", true},
    [FAULT_CLIENT_BUDGET] = {429, "insufficient_quota", "token_limit_exceeded",
	NULL,
	"This API key has used up what the gateway allows it to cost in a "
	"month.",
	429, "RESOURCE_EXHAUSTED", true},
    [FAULT_RESTING] = {429, "requests", "rate_limit_exceeded", NULL,
	"All upstream keys are at their rate limit. Please retry shortly.", 429,
	"RESOURCE_EXHAUSTED", true},
    [FAULT_TOKENS] = {429, "tokens", "rate_limit_exceeded", NULL,
	"All upstream keys have used up their input tokens of this minute. "
	"Please retry shortly.",
	429, "RESOURCE_EXHAUSTED", true},
    [FAULT_PROMPT_LIMIT] = {429, "tokens", "rate_limit_exceeded", NULL,
	"The prompt has more tokens than an upstream key may take in a minute.",
	429, "RESOURCE_EXHAUSTED", false},
    [FAULT_QUOTA] = {429, "insufficient_quota", "insufficient_quota", NULL,
	"All upstream keys have used up their quota.", 429,
	"RESOURCE_EXHAUSTED", false},
    [FAULT_NO_KEY] = {503, SERVER, "no_upstream_key", NULL,
	"There is no usable upstream key.", 503, "UNAVAILABLE", false},
    [FAULT_OVERLOADED] = {503, SERVER, "upstream_overloaded", NULL,
	"The model is overloaded. Please retry shortly.", 503, "UNAVAILABLE",
	true},
    [FAULT_UPSTREAM] = {502, SERVER, "upstream_error", NULL,
	"Gemini failed to answer.", 500, "INTERNAL", true},
    [FAULT_TIMEOUT] = {504, SERVER, "upstream_timeout", NULL,
	"Gemini did not answer in time.", 504, "DEADLINE_EXCEEDED", true},
    [FAULT_INTERNAL] = {500, SERVER, "internal_error", NULL,
	"The gateway failed.", 500, "INTERNAL", false},
    [FAULT_DATABASE] = {503, SERVER, "database_unavailable", NULL,
	"The gateway cannot reach its database.", 503, "UNAVAILABLE", true},
    [FAULT_STOPPED] = {503, SERVER, "gateway_stopped", NULL,
	"The gateway was stopped or restarted. Please retry.", 503,
	"UNAVAILABLE", true},
    [FAULT_NOT_IMPLEMENTED] = {501, INVALID, "not_implemented", NULL,
	"This is not implemented.", 501, "UNIMPLEMENTED", false},
    [FAULT_CLIENT_GONE] = {499, INVALID, "client_gone", NULL,
	"The client has left.", 499, "CANCELLED", false},
};

static const struct fault_row *
row_of(const struct api_error *e)
{
	return e->fault < FAULT__MAX ? &rows[e->fault] : &rows[FAULT_INTERNAL];
}

void
api_error_clear(struct api_error *e)
{
	free(e->message);
	free(e->param);
	free(e->code);
	free(e->google);
	*e = (struct api_error){0};
}

static char *
copy(const char *text)
{
	return text == NULL ? NULL : strdup(text);
}

/* The new texts are made before the old ones go: they may quote them. */
static bool __attribute__((format(printf, 5, 0)))
set_error(struct api_error *e, enum api_fault fault, const char *code,
    const char *param, const char *format, va_list args)
{
	struct api_error new = {
	    .fault = fault,
	    .code = copy(code),
	    .param = copy(param),
	};
	if (vasprintf(&new.message, format, args) < 0)
		new.message = NULL;
	api_error_clear(e);
	*e = new;
	return false;
}

bool
api_error_set(struct api_error *e, enum api_fault fault, const char *param,
    const char *format, ...)
{
	va_list args;
	va_start(args, format);
	set_error(e, fault, NULL, param, format, args);
	va_end(args);
	return false;
}

bool
api_error_set_code(struct api_error *e, enum api_fault fault, const char *code,
    const char *param, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	set_error(e, fault, code, param, format, args);
	va_end(args);
	return false;
}

bool
api_error_may_retry(const struct api_error *e)
{
	return row_of(e)->may_retry && !e->never &&
	    e->retry_after_s <= API_ERROR_PATIENCE_S;
}

/* Append text as a JSON string: redacted, and valid UTF-8 whatever it was
 * (a message may quote a URL). */
static void
write_safe(struct buf *out, const char *text)
{
	struct buf clean;
	buf_init(&clean, BUF_LARGE);
	text_redact(&clean, text, strlen(text));
	if (clean.len > 0 && !text_is_utf8(clean.data, clean.len))
		for (size_t i = 0; i < clean.len; i++)
			if ((unsigned char)clean.data[i] >= 0x80)
				clean.data[i] = '?';
	json_write_text(out, buf_cstr(&clean), clean.len);
	buf_clear(&clean);
}

static void
write_safe_or_null(struct buf *out, const char *text)
{
	if (text == NULL)
		buf_str(out, "null");
	else
		write_safe(out, text);
}

static const char *
message_of(const struct api_error *e)
{
	return e->message != NULL ? e->message : row_of(e)->message;
}

static void
write_openai(const struct api_error *e, struct buf *out)
{
	const struct fault_row *row = row_of(e);

	buf_str(out, "{\"error\":{\"message\":");
	write_safe(out, message_of(e));
	buf_fmt(out, ",\"type\":\"%s\",\"param\":", row->type);
	/* The methods that are possible are for Allow, and no field. */
	write_safe_or_null(out,
	    e->fault == FAULT_METHOD ? NULL
		: e->param != NULL   ? e->param
				     : row->param);
	buf_str(out, ",\"code\":");
	write_safe_or_null(out, e->code != NULL ? e->code : row->code);
	buf_str(out, "}}");
}

/* Google's own error object, parsed; NULL if there is none of use. The
 * caller owns it. */
static struct json_object *
google_error(const struct api_error *e)
{
	if (e->google == NULL)
		return NULL;
	struct json_object *o = json_parse(e->google, strlen(e->google), NULL);
	int64_t code = json_get_int(json_get(o, "error"), "code", 0);
	if (code >= 400 && code <= 599)
		return o;
	json_object_put(o);
	return NULL;
}

/* The true wait in whole seconds, rounded up; 0 if unknown. */
static int
retry_seconds(const struct api_error *e)
{
	if (!row_of(e)->may_retry || e->never)
		return 0;
	if (e->retry_ms > 0)
		return e->retry_ms / 1000 + (e->retry_ms % 1000 != 0);
	return e->retry_after_s > 0 ? e->retry_after_s : 0;
}

static void
write_details(const struct api_error *e, struct buf *out)
{
	int seconds = retry_seconds(e);

	if (e->fault == FAULT_BAD_CREDENTIAL)
		buf_str(out,
		    ",\"details\":[{\"@type\":"
		    "\"type.googleapis.com/google.rpc.ErrorInfo\","
		    "\"reason\":\"API_KEY_INVALID\","
		    "\"domain\":\"googleapis.com\"}]");
	else if (seconds > 0)
		buf_fmt(out,
		    ",\"details\":[{\"@type\":"
		    "\"type.googleapis.com/google.rpc.RetryInfo\","
		    "\"retryDelay\":\"%ds\"}]",
		    seconds);
}

static void
write_google(const struct api_error *e, struct buf *out)
{
	const struct fault_row *row = row_of(e);

	/* What Google said itself. It came redacted; its message is what
	 * could still quote a key. */
	struct json_object *given = google_error(e);
	if (given != NULL) {
		struct json_object *error = json_get(given, "error");
		const char *text = json_get_text(error, "message");
		if (text != NULL) {
			struct buf clean;
			buf_init(&clean, BUF_LARGE);
			text_redact(&clean, text, strlen(text));
			json_set_text(error, "message", buf_cstr(&clean));
			buf_clear(&clean);
		}
		json_write(out, given);
		json_object_put(given);
		return;
	}

	buf_fmt(out, "{\"error\":{\"code\":%d,\"message\":", row->google_code);
	write_safe(out, message_of(e));
	buf_fmt(out, ",\"status\":\"%s\"", row->google_status);
	write_details(e, out);
	buf_str(out, "}}");
}

/* Google's word for the fault, as its newer methods write it. */
static void
write_google_word(const struct api_error *e, struct buf *out)
{
	struct buf word;
	buf_init(&word, BUF_SMALL);
	for (const char *c = row_of(e)->google_status; *c != '\0'; c++)
		buf_byte(&word, (char)tolower((unsigned char)*c));
	buf_str(out, "{\"error\":{\"code\":");
	write_safe(out, e->code != NULL ? e->code : buf_cstr(&word));
	buf_str(out, ",\"message\":");
	write_safe(out, message_of(e));
	buf_str(out, "}}");
	buf_clear(&word);
}

int
api_error_status(const struct api_error *e, enum api_dialect dialect)
{
	if (dialect != DIALECT_GOOGLE && e->status > 0)
		return e->status;
	if (dialect == DIALECT_OPENAI)
		return row_of(e)->status;

	struct json_object *given = google_error(e);
	int code = row_of(e)->google_code;
	if (given != NULL)
		code =
		    (int)json_get_int(json_get(given, "error"), "code", code);
	json_object_put(given);
	return code;
}

void
api_error_write(
    const struct api_error *e, enum api_dialect dialect, struct buf *out)
{
	if (dialect == DIALECT_OPENAI)
		write_openai(e, out);
	else if (dialect == DIALECT_GOOGLE_WORD)
		write_google_word(e, out);
	else
		write_google(e, out);
}
