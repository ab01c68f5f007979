"""The vendor's SDK as one account's client, and what its scenarios share."""

import asyncio
import importlib
import uuid

from lib.tally import Tally

tally = Tally()


class SDK:
    """One account's client; `call` waits for the async one, so that both live through the same scenarios."""

    def __init__(self, flavour, url, key):
        self.flavour = flavour
        self.module = importlib.import_module(f"kalshi_python_{flavour}")
        self.loop = asyncio.new_event_loop() if flavour == "async" else None
        configuration = self.module.Configuration(host=url)
        configuration.api_key_id = key.id
        configuration.private_key_pem = key.pem
        self.client = self.enter(configuration)

    def enter(self, configuration):
        if self.loop is None:
            return self.module.KalshiClient(configuration)

        async def make():
            return self.module.KalshiClient(configuration)

        return self.loop.run_until_complete(make())

    def call(self, name, /, *arguments, **fields):
        result = getattr(self.client, name)(*arguments, **fields)
        return self.loop.run_until_complete(result) if self.loop else result

    def refused(self, status, name, /, *arguments, **fields):
        """The call must be refused with this status."""
        try:
            self.call(name, *arguments, **fields)
        except self.module.exceptions.ApiException as error:
            tally.equal(error.status, status, f"{self.flavour} {name} {arguments} {fields}")
            return
        tally.check(False, f"{self.flavour} {name} {arguments} {fields} was not refused with {status}")

    def close(self):
        if self.loop:
            self.loop.run_until_complete(self.client.close())
            self.loop.close()


def own(sdk):
    """`user_filter=self`, as the SDK wants it."""
    return importlib.import_module(f"kalshi_python_{sdk.flavour}.models.user_filter").UserFilter("self")


def client_id():
    return str(uuid.uuid4())


def order(market, side, price, count="1.00", **more):
    fields = dict(
        ticker=market["ticker"], side=side, count=count, price=price, client_order_id=client_id(), time_in_force="good_till_canceled",
        self_trade_prevention_type="taker_at_cross")
    fields.update(more)
    return fields
