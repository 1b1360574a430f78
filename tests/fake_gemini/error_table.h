/* The table behind errors.c. */
#ifndef FAKE_ERROR_TABLE_H
#define FAKE_ERROR_TABLE_H

/*
 * In message and details {key}, {model}, {method}, {version}, {project} and
 * {delay} are filled in; {delay} is delay in the details and message_delay in
 * the message, unless a rule sets another for both.
 */
struct error_row {
	const char *name;
	int status;
	const char *word;
	const char *message;
	const char *details; /* a JSON array, or NULL */
	const char *delay;
	const char *message_delay;
};

/* Ends with a row without a name. */
extern const struct error_row error_table[];

#endif
