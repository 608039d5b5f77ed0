// Where the page begins.

import { render } from 'preact';
import { App } from './app.js';
import { follow } from './run-feed.js';

const root = document.getElementById('page');
if (root !== null) {
  root.replaceChildren();
  follow((feed) => render(<App feed={feed} />, root));
}
