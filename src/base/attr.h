/* Compiler attributes that carry contracts. */
#ifndef KEYWHEEL_BASE_ATTR_H
#define KEYWHEEL_BASE_ATTR_H

/* The result says whether the call worked: ignoring it is an error. */
#define MUSTCHECK __attribute__((warn_unused_result))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A text that people read, for the catalogues of messages (po/update): it is
 * translated where it is shown. */
#define N_(text) text
/* The same of one with two forms, for one and for other numbers. */
#define NP_(one, many) one, many

#endif
