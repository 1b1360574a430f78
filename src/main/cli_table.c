/* Lists for people: aligned tables out of JSON rows. */
#include "main/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

#define MAX_COLUMNS 16

/* The characters of a text, which take a column each; not exact for scripts
 * of double width, which is no harm. */
static int
width_of(const char *text)
{
	int width = 0;
	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

/* 2026-01-02 03:04:05.678+00, without the fraction. */
static void
add_time(struct buf *out, const char *text)
{
	const char *point = strchr(text, '.');
	size_t len = point == NULL ? strlen(text) : (size_t)(point - text);
	buf_add(out, text, len);
	if (point != NULL)
		buf_str(out, point + 1 + strspn(point + 1, "0123456789"));
}

/* What a cell shows; no control characters get to the terminal. */
static void
read_cell(
    struct buf *out, const struct cli_column *column, struct json_object *row)
{
	struct json_object *value = json_get(row, column->member);
	const char *text = value == NULL ? "" : json_object_get_string(value);
	buf_reset(out);
	if (json_object_is_type(value, json_type_boolean))
		buf_str(out, json_object_get_boolean(value) ? "yes" : "no");
	else if (column->time)
		add_time(out, text);
	else
		buf_str(out, *text == '\0' ? "-" : text);
	if (out->len == 0)
		buf_byte(out, '-');
	for (size_t i = 0; i < out->len; i++)
		if ((unsigned char)out->data[i] < ' ' || out->data[i] == 0x7f)
			out->data[i] = ' ';
}

static bool
is_number(const struct cli_column *column, struct json_object *rows)
{
	struct json_object *value = json_get(json_at(rows, 0), column->member);
	return json_object_is_type(value, json_type_int);
}

/* One cell; the last column of a line has no blanks behind. */
static void
print_cell(const char *text, int width, bool right, bool last)
{
	int blanks = width - width_of(text);
	if (last && !right)
		blanks = 0;
	if (right)
		printf("%*s%s", blanks, "", text);
	else
		printf("%s%*s", text, blanks, "");
	fputs(last ? "\n" : "  ", stdout);
}

static void
print_table(
    const struct cli_column *columns, size_t n, struct json_object *rows)
{
	int width[MAX_COLUMNS];
	struct buf cell;
	buf_init(&cell, BUF_LARGE);
	size_t count = json_count(rows);
	for (size_t c = 0; c < n; c++) {
		width[c] = width_of(columns[c].heading);
		for (size_t r = 0; r < count; r++) {
			read_cell(&cell, &columns[c], json_at(rows, r));
			int w = width_of(buf_cstr(&cell));
			width[c] = w > width[c] ? w : width[c];
		}
	}

	for (size_t c = 0; c < n; c++)
		print_cell(columns[c].heading, width[c],
		    is_number(&columns[c], rows), c + 1 == n);
	for (size_t r = 0; r < count; r++) {
		for (size_t c = 0; c < n; c++) {
			read_cell(&cell, &columns[c], json_at(rows, r));
			print_cell(buf_cstr(&cell), width[c],
			    is_number(&columns[c], rows), c + 1 == n);
		}
	}
	buf_clear(&cell);
}

void
cli_table_print(const struct cli *cli, const struct cli_column *columns,
    size_t n, struct json_object *rows)
{
	if (cli->json) {
		cli_say_json(rows);
		return;
	}
	print_table(columns, n < MAX_COLUMNS ? n : MAX_COLUMNS, rows);
	json_object_put(rows);
}
