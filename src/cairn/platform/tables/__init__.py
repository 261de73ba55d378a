"""Tables of list pages: searched, filtered, sorted, paged and downloaded."""
