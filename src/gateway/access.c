/* Who is asking: tokens in headers and queries. */
#include "gateway/access.h"

#include <json-c/json.h>
#include <string.h>

#include "base/text.h"
#include "gateway/service.h"
#include "store/owed.h"
#include "store/tokens.h"
#include "web/call.h"
#include "web/query.h"

/* The last two stand for header fields and the method (goog.net.rpc.HttpCors):
 * they would get past what is decided here about both. */
const char *const access_parameters[] = {"key", "$key", "api_key",
    "access_token", "oauth_token", "$httpHeaders", "$httpMethod"};
const size_t access_n_parameters = COUNT_OF(access_parameters);

/* The first three may carry a token of ours. */
#define N_OUR_PARAMETERS 3

/* `Bearer x` → x; NULL if it is no bearer credential. */
static const char *
bearer(const char *value)
{
	if (value == NULL || strncasecmp(value, "Bearer", 6) != 0 ||
	    (value[6] != ' ' && value[6] != '\0'))
		return NULL;
	value += 6;
	return value + strspn(value, " ");
}

/* Append the token to out; false if there is none. */
static bool
find(struct web_call *call, struct buf *out)
{
	const char *value = web_header(call, "x-goog-api-key");
	if (value == NULL || *value == '\0')
		value = bearer(web_header(call, "authorization"));
	if (value != NULL && *value != '\0') {
		buf_str(out, value);
		return true;
	}
	for (size_t i = 0; i < N_OUR_PARAMETERS; i++) {
		buf_reset(out);
		if (query_get(web_query(call), access_parameters[i], out) &&
		    out->len > 0)
			return true;
	}
	return false;
}

bool
access_take(
    struct service *s, uint8_t hash[CRYPT_HASH_SIZE], struct api_error *error)
{
	struct buf token;
	if (s->as != NULL) {
		memcpy(hash, s->as, CRYPT_HASH_SIZE);
		return true;
	}
	buf_init(&token, 8192);
	bool found = find(s->call, &token);
	bool ok = found && buf_ok(&token);
	if (ok)
		crypt_hash(&s->master, token.data, token.len, hash);
	else if (found)
		api_error_set(error, FAULT_BAD_CREDENTIAL, NULL,
		    "The API key is not valid. Pass a token of this gateway.");
	else
		api_error_set(error, FAULT_NO_CREDENTIAL, NULL,
		    "No API key was given. Send a token of this gateway in "
		    "Authorization (Bearer), in x-goog-api-key, or in the "
		    "query as key.");
	if (token.data != NULL)
		crypt_wipe(token.data, token.len);
	buf_clear(&token);
	return ok;
}

/* A request holds its place among those at once until its end is told; so long
 * if nobody is left to tell it. */
static int64_t
ttl_ms(const struct service *s)
{
	return settings_int(s->settings, SETTING_ID_TIME_OUT) * 1000 + 60000;
}

/* token: all that is known of it; the caller owns its models. */
static bool
check(struct service *s, const uint8_t *hash, bool counts, struct token *token,
    struct api_error *error)
{
	const struct token_question question = {
	    .hash = hash,
	    .address = service_address(s),
	    .request_id = counts ? s->request_id : NULL,
	    .responder = s->responder,
	    .ttl_ms = ttl_ms(s),
	};
	/* The account of the request before goes first: this one takes the
	 * place of what was counted for it. */
	if (owed_count(s->db) > 0)
		owed_settle(s->db);
	if (!tokens_check(s->db, &question, token))
		return api_error_set(error, FAULT_DATABASE, NULL,
		    "The gateway's database cannot be reached.");
	rate_note(s, token->counted, &token->rates);
	service_refresh(s, token->settings_version);
	return token->token_id != 0 ||
	    access_refuse(error, token->why, token->allowed, token->wait_ms);
}

bool
access_is_given(struct service *s)
{
	struct buf token;
	buf_init(&token, 8192);
	bool given = find(s->call, &token);
	if (token.data != NULL)
		crypt_wipe(token.data, token.len);
	buf_clear(&token);
	return given;
}

bool
access_check(struct service *s, const uint8_t hash[CRYPT_HASH_SIZE],
    int64_t *token_id, bool *admin, struct api_error *error)
{
	struct token token;
	bool ok = check(s, hash, admin == NULL, &token, error);
	*token_id = token.whose;
	if (admin != NULL)
		*admin = token.admin;
	json_object_put(token.models);
	return ok;
}

bool
access_check_models(struct service *s, const uint8_t hash[CRYPT_HASH_SIZE],
    int64_t *token_id, struct json_object **models, struct api_error *error)
{
	struct token token;
	bool ok = check(s, hash, true, &token, error);
	*token_id = token.whose;
	*models = token.models;
	return ok;
}
