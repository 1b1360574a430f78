/* The admin token, once more. */
#include "admin/prove.h"

#include "admin/post.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/log.h"
#include "gateway/service.h"
#include "web/call.h"
#include "web/source.h"

static const struct {
	enum sign_in_answer answer;
	int status;
	const char *reason;
} refusals[] = {
    {SIGN_IN_WRONG, 422, "wrong"},
    {SIGN_IN_NO_ADMIN, 422, "no_admin"},
    {SIGN_IN_WAIT, 429, "locked"},
};

enum sign_in_answer
prove_admin(struct visit *v, const char *what, int64_t *wait_s)
{
	uint8_t hash[CRYPT_HASH_SIZE];
	char source[SOURCE_SIZE];
	struct buf token;
	const char *address = web_variable(v->s->call, "REMOTE_ADDR");
	buf_init(&token, BUF_SMALL);
	visit_get(v, POST_SECRET, &token);
	crypt_hash(&v->s->master, buf_cstr(&token), token.len, hash);
	if (token.data != NULL)
		crypt_wipe(token.data, token.cap);
	buf_clear(&token);
	source_of(address, source);
	enum sign_in_answer answer = sessions_prove(
	    v->s->db, hash, source, address == NULL ? "" : address, wait_s);
	if (answer == SIGN_IN_WRONG)
		log_line(LOG_WARNING, "%s, with a wrong token, from %s", what,
		    address == NULL ? "somewhere" : address);
	return answer;
}

const char *
prove_refusal(enum sign_in_answer answer, int *status)
{
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		if (refusals[i].answer == answer) {
			*status = refusals[i].status;
			return refusals[i].reason;
		}
	return NULL;
}
