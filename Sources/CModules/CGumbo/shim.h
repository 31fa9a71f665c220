#include <gumbo.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

// Gumbo never looks at what its allocator returns, so memory can only be bounded by leaving the parser. A tree's memory
// comes from blocks that belong to the tree: leaving loses nothing, and freeing walks a list, not the tree (Gumbo's own
// destructor recurses as deep as the document nests).

typedef struct m365_gumbo_block {
  struct m365_gumbo_block *next;
} m365_gumbo_block;

typedef struct {
  m365_gumbo_block *blocks;
  char *free_start;
  size_t free_count;
  size_t budget;
  GumboOutput *output;
  jmp_buf exhausted;
} m365_gumbo_tree;

static inline void *m365_gumbo_allocate(void *userdata, size_t size) {
  m365_gumbo_tree *tree = (m365_gumbo_tree *)userdata;
  const size_t block_size = 64 * 1024;
  size_t wanted = (size + 15) & ~(size_t)15;
  if (wanted > tree->free_count) {
    size_t count = wanted > block_size ? wanted : block_size;
    if (wanted < size || count > tree->budget) longjmp(tree->exhausted, 1);
    m365_gumbo_block *block = (m365_gumbo_block *)malloc(16 + count);
    if (!block) longjmp(tree->exhausted, 1);
    tree->budget -= count;
    block->next = tree->blocks;
    tree->blocks = block;
    tree->free_start = (char *)block + 16;
    tree->free_count = count;
  }
  void *result = tree->free_start;
  tree->free_start += wanted;
  tree->free_count -= wanted;
  return result;
}

static inline void m365_gumbo_deallocate(void *userdata, void *pointer) {
  (void)userdata;
  (void)pointer;
}

static inline void m365_gumbo_free(m365_gumbo_tree *tree) {
  m365_gumbo_block *block = tree->blocks;
  while (block) {
    m365_gumbo_block *next = block->next;
    free(block);
    block = next;
  }
  free(tree);
}

// The tree of `html`, or NULL when it needs more than `budget` bytes or there is no memory. Errors are not recorded: with
// Gumbo's default 12,000 nested elements cost a gigabyte. The text is copied because elements unknown to Gumbo keep their
// names only as pointers into it.
static inline m365_gumbo_tree *m365_gumbo_parse(const char *html, size_t length, size_t budget) {
  m365_gumbo_tree *volatile tree = (m365_gumbo_tree *)calloc(1, sizeof(m365_gumbo_tree));
  if (!tree) return NULL;
  tree->budget = budget;
  if (setjmp(tree->exhausted)) {
    m365_gumbo_free(tree);
    return NULL;
  }
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = m365_gumbo_allocate;
  options.deallocator = m365_gumbo_deallocate;
  options.userdata = tree;
  options.max_errors = 0;
  char *copy = (char *)m365_gumbo_allocate(tree, length + 1);
  memcpy(copy, html, length);
  copy[length] = 0;
  tree->output = gumbo_parse_with_options(&options, copy, length);
  return tree;
}
