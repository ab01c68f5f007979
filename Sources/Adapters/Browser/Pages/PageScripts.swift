/// Our own scripts. They run in a world of their own and reach the document only through the prototypes' members: a page can name its elements so that they
/// stand in the way of `document.body` or `form.children`, and it cannot change these.
enum PageScripts {
    /// What lies over the element at a point of its own document's view; nil when a click there reaches it.
    static let cover = """
        function(x, y) {
          const holds = Node.prototype.contains;
          const root = Node.prototype.getRootNode.call(this);
          const hit = (root instanceof ShadowRoot ? ShadowRoot : Document).prototype.elementFromPoint.call(root, x, y);
          // Only what is outside of the view has nothing there.
          if (!hit) return 'the edge of the view';
          if (hit === this || holds.call(this, hit) || holds.call(hit, this)) return null;
          if (this instanceof HTMLInputElement && this.labels) for (const label of this.labels) if (holds.call(label, hit)) return null;
          const id = Element.prototype.getAttribute.call(hit, 'id');
          return '<' + hit.localName + (id ? ' id="' + id + '"' : '') + '>';
        }
        """

    /// The address of a document, and the origin that the browser holds it to.
    static let source = "({ url: Object.getOwnPropertyDescriptor(Document.prototype, 'URL').get.call(document), origin: String(self.origin) })"

    /// Comes when the page was drawn twice, or would have been.
    static let drawn = "new Promise(done => { setTimeout(done, 250); requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))); })"

    /// Whose document a field for files stands in, and how many it takes; without an origin it is none.
    static let fileField = """
        function() {
          if (this.localName !== 'input' || this.type !== 'file') return {};
          if (this.disabled) return { disabled: true };
          return { origin: String(this.ownerDocument.location.origin), multiple: this.multiple };
        }
        """

    static let select = """
        function(values) {
          if (!(this instanceof HTMLSelectElement)) return 'it is not a list';
          const options = [...this.options];
          const chosen = values.map(v => options.find(o => o.value === v || o.label.trim() === v));
          if (chosen.includes(undefined)) return 'there are ' + options.slice(0, 20).map(o => o.label.trim()).join(', ');
          if (!this.multiple && chosen.length !== 1) return 'one must be chosen';
          for (const option of options) option.selected = chosen.includes(option);
          this.dispatchEvent(new Event('input', { bubbles: true }));
          this.dispatchEvent(new Event('change', { bubbles: true }));
          return true;
        }
        """

    static let prepareFill = """
        function(text) {
          if (this instanceof HTMLInputElement) {
            if (['button', 'submit', 'reset', 'image', 'file', 'checkbox', 'radio', 'hidden'].includes(this.type)) return 'none';
            if (['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range'].includes(this.type)) {
              this.value = text;
              this.dispatchEvent(new Event('input', { bubbles: true }));
              this.dispatchEvent(new Event('change', { bubbles: true }));
              return 'set';
            }
            if (this.disabled || this.readOnly) return 'none';
            this.focus(); this.select(); return 'text';
          }
          if (this instanceof HTMLTextAreaElement) { if (this.disabled || this.readOnly) return 'none'; this.focus(); this.select(); return 'text'; }
          if (this.isContentEditable) { this.focus(); getSelection().selectAllChildren(this); return 'text'; }
          return 'none';
        }
        """

    /// The main text as Markdown, what nobody sees left out. Text gathers in `buf`, and becomes a block where one ends; within links, bold and code nothing ends.
    static let read = #"""
        (() => {
          const get = (proto, name) => Object.getOwnPropertyDescriptor(proto, name).get;
          const one = (s) => Document.prototype.querySelector.call(document, s);
          const attr = (e, n) => Element.prototype.getAttribute.call(e, n) || '';
          const [typeOf, nameOf, dataOf, textOf, parentOf] = [get(Node.prototype, 'nodeType'), get(Element.prototype, 'localName'), get(CharacterData.prototype, 'data'), get(Node.prototype, 'textContent'), get(Node.prototype, 'parentNode')];
          const body = get(Document.prototype, 'body').call(document), base = get(Document.prototype, 'URL').call(document), title = get(Document.prototype, 'title').call(document);
          const meta = (...names) => { for (const n of names) { const m = one('meta[property="' + n + '"],meta[name="' + n + '"],meta[itemprop="' + n + '"]'); if (m && attr(m, 'content')) return attr(m, 'content').slice(0, 300); } return ''; };
          const root = one('article') || one('main') || one('[role=main]') || body;
          if (!root) return { title, text: '', author: '', date: '', truncated: false };
          const walker = Document.prototype.createTreeWalker.call(document, root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
          const skip = new Set(['script', 'style', 'noscript', 'template', 'svg', 'canvas', 'iframe', 'object', 'select', 'head', 'nav', 'dialog', 'button', 'input', 'textarea']);
          const block = new Set(['p', 'div', 'section', 'article', 'main', 'header', 'footer', 'aside', 'figure', 'figcaption', 'form', 'fieldset', 'address', 'dl', 'dt', 'dd', 'ul', 'ol', 'details', 'summary', 'body', 'center']);
          const limit = 400000; let blocks = [], buf = '', last = ' ', prefix = '', tight = false, size = 0, nodes = 0, pre = 0, held = 0, truncated = false;
          const full = () => { if (size > limit || nodes > 200000) truncated = true; return truncated; };
          const add = (t) => { if (t) { buf += t; size += t.length; last = t[t.length - 1]; } };
          const put = (t) => { if (pre) { add(t); return; } t = t.replace(/\s+/g, ' '); add(last === ' ' || last === '\n' ? t.replace(/^ /, '') : t); };
          const para = () => { if (held) { put(' '); return; } const t = pre ? buf : buf.trim(); if (t) { blocks.push([prefix + t, tight]); prefix = ''; } buf = ''; last = ' '; };
          const hold = (inner) => { const was = [buf, last]; buf = ''; held++; inner(); held--; const said = buf; [buf, last] = was; if (/^ /.test(said) && last !== ' ') add(' '); return said.trim(); };
          const joined = () => { let out = ''; blocks.forEach(([t, close], i) => { out += (i ? (close && blocks[i - 1][1] ? '\n' : '\n\n') : '') + t; }); return out; };
          const hidden = (e) => { const s = getComputedStyle(e); const r = Element.prototype.getBoundingClientRect.call(e);
            return s.display === 'none' || s.visibility === 'hidden' || +s.opacity < 0.05 || parseFloat(s.fontSize) < 2 || attr(e, 'aria-hidden') === 'true' ||
              (s.position === 'absolute' || s.position === 'fixed') && (r.right + scrollX < 0 || r.bottom + scrollY < 0 || s.clip === 'rect(0px, 0px, 0px, 0px)'); };
          const kids = (n, f) => { walker.currentNode = n; let c = walker.firstChild(); while (c && !full()) { f(c); walker.currentNode = c; c = walker.nextSibling(); } };
          const href = (e) => { try { const u = new URL(attr(e, 'href'), base); return /^https?:$/.test(u.protocol) && u.href.length < 500 ? u.href : ''; } catch { return ''; } };
          const cells = (row) => { const found = []; kids(row, c => { const tag = typeOf.call(c) === 1 ? nameOf.call(c) : ''; if (tag === 'td' || tag === 'th') found.push((textOf.call(c) || '').replace(/\s+/g, ' ').replace(/\|/g, '\\|').trim().slice(0, 300)); }); return found; };
          const table = (e) => { const lines = []; for (const r of [...Element.prototype.querySelectorAll.call(e, 'tr')].slice(0, 500)) { const c = cells(r); if (!c.length) continue;
              lines.push('| ' + c.join(' | ') + ' |'); size += lines[lines.length - 1].length; if (lines.length === 1) lines.push('|' + ' --- |'.repeat(c.length)); if (full()) break; }
            if (lines.length) blocks.push([lines.join('\n'), false]); };
          const walk = (n, depth) => {
            nodes++; if (full() || depth > 250) return;
            if (typeOf.call(n) === 3) { put(dataOf.call(n)); return; }
            const tag = nameOf.call(n);
            if (skip.has(tag) || hidden(n)) return;
            const inner = () => kids(n, c => walk(c, depth + 1));
            if (/^h[1-6]$/.test(tag)) { para(); if (!held) prefix = '#'.repeat(+tag[1]) + ' '; inner(); para(); prefix = held ? prefix : ''; }
            else if (tag === 'br') add('\n');
            else if (tag === 'hr') { para(); if (!held) blocks.push(['---', false]); }
            else if (tag === 'a') { const h = href(n); const said = hold(inner); if (said) add(h ? '[' + said + '](' + h + ')' : said); }
            else if (tag === 'img') { const alt = attr(n, 'alt').trim(); if (alt) add('![' + alt.slice(0, 200) + ']'); }
            else if (tag === 'li') { para(); const was = tight; tight = true; const up = parentOf.call(n); if (!held) prefix = up && nameOf.call(up) === 'ol' ? '1. ' : '- '; inner(); para(); prefix = held ? prefix : ''; tight = was; }
            else if (tag === 'pre' && !held) { para(); pre++; inner(); pre--; const code = buf; buf = ''; last = ' '; if (code.trim()) blocks.push(['```\n' + code.replace(/\n$/, '') + '\n```', false]); }
            else if (tag === 'code' && !pre) { const said = hold(inner); if (said) add('`' + said + '`'); }
            else if (tag === 'strong' || tag === 'b') { const said = hold(inner); if (said) add('**' + said + '**'); }
            else if (tag === 'blockquote' && !held) { para(); const was = blocks; blocks = []; inner(); para(); const said = joined(); blocks = was; if (said) blocks.push([said.split('\n').map(l => '> ' + l).join('\n'), false]); }
            else if (tag === 'table' && !held && !Element.prototype.querySelector.call(n, 'table')) { para(); table(n); }
            else if (block.has(tag)) { para(); inner(); para(); }
            else inner();
          };
          walk(root, 0); para();
          const time = one('time[datetime]');
          return { title, text: joined(), author: meta('author', 'article:author'), date: meta('article:published_time', 'datePublished', 'date', 'dc.date') || (time ? attr(time, 'datetime').slice(0, 60) : ''), truncated };
        })()
        """#

    /// Rows of the element's table, or of the n-th of the page.
    static let table = #"""
        function(limit) {
          const text = (c) => (Object.getOwnPropertyDescriptor(Node.prototype, 'textContent').get.call(c) || '').replace(/\s+/g, ' ').trim().slice(0, 500);
          const found = Element.prototype.closest.call(this, 'table') || Element.prototype.querySelector.call(this, 'table');
          if (!found) return null;
          const rows = [...Element.prototype.querySelectorAll.call(found, 'tr')].filter(r => Element.prototype.closest.call(r, 'table') === found);
          let header = null; const out = [];
          for (const row of rows.slice(0, limit)) {
            const cells = [...Element.prototype.querySelectorAll.call(row, 'th,td')].filter(c => Element.prototype.closest.call(c, 'tr') === row);
            if (!cells.length) continue;
            const values = []; for (const c of cells) { values.push(text(c)); for (let i = 1; i < Math.min(c.colSpan || 1, 50); i++) values.push(''); }
            if (!header && !out.length && cells.every(c => c.localName === 'th')) header = values; else out.push(values);
          }
          return { caption: found.caption ? text(found.caption) : '', header, rows: out, total: rows.length };
        }
        """#

    /// One object for each element that `row` selects; a field is `css`, `css@attribute` or `@attribute`.
    static let extract = #"""
        ((row, fields, limit) => {
          const text = (c) => (c.innerText ?? Object.getOwnPropertyDescriptor(Node.prototype, 'textContent').get.call(c) ?? '').replace(/\s+/g, ' ').trim().slice(0, 2000);
          const rows = row ? [...Document.prototype.querySelectorAll.call(document, row)] : [Object.getOwnPropertyDescriptor(Document.prototype, 'documentElement').get.call(document)];
          return { total: rows.length, rows: rows.slice(0, limit).map(r => { const o = {};
            for (const [name, how] of fields) { const at = how.lastIndexOf('@'); const css = at < 0 ? how : how.slice(0, at); const attr = at < 0 ? null : how.slice(at + 1);
              const e = css ? Element.prototype.querySelector.call(r, css) : r;
              o[name] = e ? (attr ? (Element.prototype.getAttribute.call(e, attr) ?? null) : text(e)) : null; if (typeof o[name] === 'string') o[name] = o[name].slice(0, 2000); }
            return o; }) };
        })
        """#

    static let metrics = #"""
        (() => { const t = performance.getEntriesByType('navigation')[0] || {}; const p = performance.getEntriesByType('paint'); const paint = (n) => (p.find(e => e.name === n) || {}).startTime ?? null;
          return { responseStart: t.responseStart ?? null, domContentLoaded: t.domContentLoadedEventEnd ?? null, load: t.loadEventEnd ?? null, firstContentfulPaint: paint('first-contentful-paint'),
            transferred: t.transferSize ?? null, resources: performance.getEntriesByType('resource').length }; })()
        """#
}
