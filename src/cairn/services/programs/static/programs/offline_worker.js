// The service worker of the attendance page, and of no other. It keeps the page that works without a
// connection, which has no data. Other pages and every answer with a name go past its cache.
"use strict";
importScripts(SHELL.store);
const CACHE = `cairn-attendance-${SHELL.version}`;
const SESSION = /^\/programs\/groups\/(\d+\/\d{4}-\d{2}-\d{2})\/$/;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL.page, ...SHELL.assets].map((address) => new Request(address, { cache: "reload" })));
  await self.skipWaiting();
})()));
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("cairn-attendance-") && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.clients.claim();
})()));

const readKept = async (request) => (await (await caches.open(CACHE)).match(request, { ignoreVary: true })) ?? fetch(request);
const turnToKeptPage = (place) => Response.redirect(`${SHELL.page}#${place}`, 303);
const openSession = async (request, place) => {
  try {
    return await fetch(request);
  } catch {
    return turnToKeptPage(place);
  }
};
const sendForm = async (request, place) => {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    return (await self.cairnOffline.keepForm(place, await copy.formData())) ? turnToKeptPage(place) : Response.error();
  }
};
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const isPage = request.mode === "navigate";
  const isKept = request.method === "GET" && (isPage ? url.pathname === SHELL.page : SHELL.assets.includes(url.pathname + url.search));
  if (isKept) event.respondWith(readKept(isPage ? SHELL.page : request));
  const place = isPage && SESSION.exec(url.pathname)?.[1];
  if (place) event.respondWith(request.method === "POST" ? sendForm(request, place) : openSession(request, place));
});
// The browser asks again later if this fails. Marks that need a sign-in or a person wait for them.
const sendInBackground = async () => {
  const { problem, stored } = await self.cairnOffline.send();
  if (stored) {
    const channel = new BroadcastChannel("cairn-attendance");
    channel.postMessage("sent");
    channel.close();
  }
  if (["offline", "busy", "server"].includes(problem)) throw new Error(problem);
};
self.addEventListener("sync", (event) => {
  if (event.tag === self.cairnOffline.SYNC) event.waitUntil(sendInBackground());
});
