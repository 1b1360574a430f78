/* Tests of the catalogues of messages: what is found, and what is refused. */
#include "web/catalog.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "unit.h"

#define HEADER_SIZE 28

struct message {
	const char *id, *said;
	size_t id_len, said_len; /* 0: up to the NUL */
};

static void
add_number(struct buf *out, size_t number)
{
	uint32_t n = (uint32_t)number;
	buf_add(out, &n, sizeof(n));
}

static size_t
length(const char *text, size_t len)
{
	return len == 0 ? strlen(text) : len;
}

/* What msgfmt makes of these, which are sorted. */
static void
make(struct buf *out, const struct message *messages, size_t n)
{
	size_t at = HEADER_SIZE + 16 * n;
	add_number(out, 0x950412deU);
	add_number(out, 0);
	add_number(out, n);
	add_number(out, HEADER_SIZE);
	add_number(out, HEADER_SIZE + 8 * n);
	add_number(out, 0);
	add_number(out, at);
	for (int said = 0; said < 2; said++)
		for (size_t i = 0; i < n; i++) {
			const struct message *m = &messages[i];
			size_t len = said ? length(m->said, m->said_len)
					  : length(m->id, m->id_len);
			add_number(out, len);
			add_number(out, at);
			at += len + 1;
		}
	for (int said = 0; said < 2; said++)
		for (size_t i = 0; i < n; i++) {
			const struct message *m = &messages[i];
			buf_add(out, said ? m->said : m->id,
			    said ? length(m->said, m->said_len)
				 : length(m->id, m->id_len));
			buf_byte(out, '\0');
		}
}

#define ONE_FORM "Plural-Forms: nplurals=1; plural=0;\n"
#define TWO_FORMS "Plural-Forms: nplurals=2; plural=(n != 1);\n"

static const struct message two[] = {
    {"", TWO_FORMS, 0, 0},
    {"$n key\0$n keys", "$n Schl\0$n Schls", 14, 16},
    {"Keys", "Schls", 0, 0},
    {"Not yet", "", 0, 0},
};

static const struct message one[] = {
    {"", ONE_FORM, 0, 0},
    {"$n key\0$n keys", "$n \xe5\xaf\x86\xe9\x92\xa5", 14, 0},
    {"Keys", "\xe5\xaf\x86\xe9\x92\xa5", 0, 0},
};

/* NULL if it is refused; why is then not empty. */
static struct catalog *
read_bytes(const struct buf *bytes)
{
	struct buf why;
	buf_init(&why, BUF_SMALL);
	struct catalog *c = catalog_new(buf_cstr(bytes), bytes->len, &why);
	CU_ASSERT((c == NULL) == (why.len > 0));
	buf_clear(&why);
	return c;
}

static struct catalog *
read_messages(const struct message *messages, size_t n)
{
	struct buf bytes;
	buf_init(&bytes, BUF_LARGE);
	make(&bytes, messages, n);
	struct catalog *c = read_bytes(&bytes);
	buf_clear(&bytes);
	return c;
}

static void
test_two_forms(void)
{
	struct catalog *c = read_messages(two, COUNT_OF(two));
	CU_ASSERT_FATAL(c != NULL);
	CU_ASSERT(unit_same(catalog_say(c, "Keys", NULL, 0), "Schls"));
	CU_ASSERT(unit_same(catalog_say(c, "$n key", "$n keys", 1), "$n Schl"));
	CU_ASSERT(
	    unit_same(catalog_say(c, "$n key", "$n keys", 0), "$n Schls"));
	CU_ASSERT(
	    unit_same(catalog_say(c, "$n key", "$n keys", 2), "$n Schls"));
	/* Asked for in two forms, and there is one. */
	CU_ASSERT(unit_same(catalog_say(c, "Keys", "Keyses", 2), "Schls"));
	CU_ASSERT(catalog_say(c, "Not yet", NULL, 0) == NULL);
	CU_ASSERT(catalog_say(c, "Key", NULL, 0) == NULL);
	CU_ASSERT(catalog_say(c, "", NULL, 0) == NULL);
	CU_ASSERT(catalog_say(c, "zzz", NULL, 0) == NULL);
	catalog_free(c);
}

static void
test_one_form(void)
{
	struct catalog *c = read_messages(one, COUNT_OF(one));
	CU_ASSERT_FATAL(c != NULL);
	CU_ASSERT(
	    unit_same(catalog_say(c, "$n key", "$n keys", 1), one[1].said));
	CU_ASSERT(
	    unit_same(catalog_say(c, "$n key", "$n keys", 7), one[1].said));
	catalog_free(c);
	catalog_free(NULL);
}

static void
test_refused(void)
{
	static const struct message unsorted[] = {
	    {"", ONE_FORM, 0, 0}, {"b", "1", 0, 0}, {"a", "2", 0, 0}};
	static const struct message no_header[] = {{"a", "1", 0, 0}};
	static const struct message strange[] = {
	    {"", "Plural-Forms: nplurals=3; plural=n%3;\n", 0, 0}};
	static const struct message one_of_two[] = {
	    {"", TWO_FORMS, 0, 0}, {"a\0as", "1", 4, 0}};
	static const struct message garbled[] = {
	    {"", ONE_FORM, 0, 0}, {"a", "\xff", 0, 0}};
	static const struct {
		const char *row;
		const struct message *messages;
		size_t n;
	} rows[] = {
	    {"not sorted", unsorted, COUNT_OF(unsorted)},
	    {"no header", no_header, COUNT_OF(no_header)},
	    {"no message", no_header, 0},
	    {"a plural of another language", strange, COUNT_OF(strange)},
	    {"a plural with one form", one_of_two, COUNT_OF(one_of_two)},
	    {"not UTF-8", garbled, COUNT_OF(garbled)},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct catalog *c = read_messages(rows[i].messages, rows[i].n);
		UNIT_ROW(c == NULL, rows[i].row);
		catalog_free(c);
	}
}

/* Cut off anywhere, or with any byte changed: it is refused, or whole. */
static void
test_damaged(void)
{
	struct buf bytes, damaged;
	buf_init(&bytes, BUF_LARGE);
	buf_init(&damaged, BUF_LARGE);
	make(&bytes, two, COUNT_OF(two));
	for (size_t len = 0; len < bytes.len; len++) {
		buf_reset(&damaged);
		buf_add(&damaged, bytes.data, len);
		CU_ASSERT(read_bytes(&damaged) == NULL);
	}
	for (size_t i = 0; i < bytes.len; i++) {
		buf_reset(&damaged);
		buf_add(&damaged, bytes.data, bytes.len);
		damaged.data[i] ^= (char)0xff;
		struct catalog *c = read_bytes(&damaged);
		if (c != NULL)
			(void)catalog_say(c, "$n key", "$n keys", 2);
		catalog_free(c);
	}
	buf_clear(&bytes);
	buf_clear(&damaged);
}

static CU_TestInfo tests[] = {
    {"a language with two forms", test_two_forms},
    {"a language with one form", test_one_form},
    {"refused", test_refused},
    {"damaged", test_damaged},
    CU_TEST_INFO_NULL,
};

struct unit_suite catalog_suite = {"web/catalog", tests};
