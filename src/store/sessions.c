/* Sessions in the database. */
#include "store/sessions.h"

#include <string.h>

#include "base/text.h"
#include "store/page_data.h"

static const struct {
	const char *word;
	enum sign_in_answer answer;
} answers[] = {
    {"in", SIGN_IN_DONE},
    {"wrong", SIGN_IN_WRONG},
    {"no_admin", SIGN_IN_NO_ADMIN},
    {"wait", SIGN_IN_WAIT},
};

static enum sign_in_answer
read_answer(const PGresult *res)
{
	for (size_t i = 0; i < COUNT_OF(answers); i++)
		if (text_same(db_cell(res, 0, "answer"), answers[i].word))
			return answers[i].answer;
	return SIGN_IN_FAILED;
}

enum sign_in_answer
sessions_sign_in(
    struct db *db, const struct sign_in *who, int64_t *wait_s, int64_t *version)
{
	struct db_args a = {0};
	db_arg_bytes(&a, who->token, CRYPT_HASH_SIZE);
	db_arg_bytes(&a, who->session, CRYPT_HASH_SIZE);
	if (who->old != NULL)
		db_arg_bytes(&a, who->old, CRYPT_HASH_SIZE);
	else
		db_arg_typed(&a, NULL, DB_BYTEA);
	db_arg_text(&a, who->source);
	db_arg_text(&a, who->address);
	db_arg_text(&a, who->agent);
	PGresult *res = db_call(
	    db, "select * from keywheel.sign_in($1,$2,$3,$4,$5,$6)", &a);
	if (res == NULL)
		return SIGN_IN_FAILED;
	enum sign_in_answer answer = read_answer(res);
	*wait_s = db_cell_int(res, 0, "wait_s");
	*version = db_cell_int(res, 0, "settings_version");
	PQclear(res);
	return answer;
}

enum sign_in_answer
sessions_prove(struct db *db, const uint8_t token[CRYPT_HASH_SIZE],
    const char *source, const char *address, int64_t *wait_s)
{
	struct db_args a = {0};
	db_arg_bytes(&a, token, CRYPT_HASH_SIZE);
	db_arg_text(&a, source);
	db_arg_text(&a, address);
	PGresult *res =
	    db_call(db, "select * from keywheel.try_admin_token($1,$2,$3)", &a);
	if (res == NULL)
		return SIGN_IN_FAILED;
	enum sign_in_answer answer = read_answer(res);
	*wait_s = db_cell_int(res, 0, "wait_s");
	PQclear(res);
	return answer;
}

void
session_init(struct session *session)
{
	session->session_id = session->settings_version = 0;
	buf_init(&session->name, BUF_SMALL);
	buf_init(&session->said, BUF_SMALL);
}

void
session_clear(struct session *session)
{
	buf_clear(&session->name);
	buf_clear(&session->said);
}

static void
take_text(const PGresult *res, const char *column, struct buf *out)
{
	const char *text = db_cell(res, 0, column);
	buf_str(out, text == NULL ? "" : text);
}

bool
sessions_check(struct db *db, const uint8_t hash[CRYPT_HASH_SIZE], bool take,
    const char *address, struct session *session)
{
	struct db_args a = {0};
	db_arg_bytes(&a, hash, CRYPT_HASH_SIZE);
	db_arg_bool(&a, take);
	db_arg_typed(&a, address, DB_TEXT);
	PGresult *res =
	    db_call(db, "select * from keywheel.check_session($1,$2,$3)", &a);
	if (res == NULL)
		return false;
	session->session_id = db_cell_int(res, 0, "session_id");
	session->settings_version = db_cell_int(res, 0, "settings_version");
	take_text(res, "name", &session->name);
	take_text(res, "said", &session->said);
	PQclear(res);
	return true;
}

bool
sessions_token(struct db *db, const uint8_t hash[CRYPT_HASH_SIZE],
    uint8_t token[CRYPT_HASH_SIZE])
{
	struct db_args a = {0};
	struct buf bytes;
	buf_init(&bytes, BUF_SMALL);
	db_arg_bytes(&a, hash, CRYPT_HASH_SIZE);
	PGresult *res =
	    db_call(db, "select * from keywheel.session_token($1)", &a);
	if (PQntuples(res) > 0)
		db_cell_bytes(res, 0, "hash", &bytes);
	bool found = bytes.len == CRYPT_HASH_SIZE;
	if (found)
		memcpy(token, bytes.data, CRYPT_HASH_SIZE);
	PQclear(res);
	buf_clear(&bytes);
	return found;
}

bool
sessions_say(
    struct db *db, const uint8_t hash[CRYPT_HASH_SIZE], const char *said)
{
	struct db_args a = {0};
	db_arg_bytes(&a, hash, CRYPT_HASH_SIZE);
	db_arg_text(&a, said);
	return db_do(db, "select keywheel.say_in_session($1,$2)", &a);
}

int64_t
sessions_end(
    struct db *db, const uint8_t hash[CRYPT_HASH_SIZE], int64_t session_id)
{
	struct db_args a = {0};
	db_arg_bytes(&a, hash, CRYPT_HASH_SIZE);
	db_arg_int_or_null(&a, session_id, session_id == 0);
	PGresult *res =
	    db_call(db, "select keywheel.end_sessions($1,$2) as ended", &a);
	int64_t ended = res == NULL ? -1 : db_cell_int(res, 0, "ended");
	PQclear(res);
	return ended;
}

struct json_object *
sessions_page(struct db *db, const uint8_t hash[CRYPT_HASH_SIZE])
{
	struct db_args a = {0};
	db_arg_bytes(&a, hash, CRYPT_HASH_SIZE);
	return page_data(db, "select keywheel.session_page($1) as data", &a);
}
