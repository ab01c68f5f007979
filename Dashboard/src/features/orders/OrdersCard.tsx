import { Card, Empty, Scroller } from "../../aura/Card";
import { Chip } from "../../aura/Chip";
import { SideChip } from "../../aura/SideChip";
import { guarded } from "../../aura/Guard";
import type { OrderView } from "../../bridge/protocol";
import { cents, count, given, known } from "../../lib/format";
import { clock } from "../../lib/time";

interface OrdersCardProps {
  orders: OrderView[] | undefined;
  stale: boolean;
  className?: string;
}

const LIMIT = 100;

export const OrdersCard = guarded("Open orders", function OrdersCard({ orders, stale, className }: OrdersCardProps) {
  return (
    <Card title="Open orders" stale={stale} {...(className === undefined ? {} : { className })} aside={orders !== undefined && <span className="figures text-[0.6875rem] text-quiet">{orders.length}</span>}>
      {orders === undefined || orders.length === 0 ? (
        <Empty>{orders === undefined ? "Nothing heard from the desk yet." : "No order rests at the exchange."}</Empty>
      ) : (
        <Scroller label="Open orders">
          <ul className="divide-y divide-white/6 px-4 pb-2">
            {orders.slice(-LIMIT).reverse().map((order) => (
              <li key={order.id} className="py-2">
                <div className="flex items-center gap-2">
                  <SideChip side={order.side} />
                  <span className="figures min-w-0 truncate text-[0.8125rem] text-bright">{count(order.filled)}/{count(order.quantity)} at {cents(order.price)}</span>
                  <span className="ml-auto"><Chip tone={tone(order.state)}>{order.state}</Chip></span>
                </div>
                <p className="mt-0.5 flex justify-between gap-3 text-[0.6875rem] text-quiet">
                  <span className="figures min-w-0 truncate" title={order.orderId ?? order.id}>{order.market}{given(order.group) && ` · group ${order.group}`}</span>
                  <span className="figures shrink-0">{clock(order.placed)}{known(order.expires) && ` until ${clock(order.expires)}`}</span>
                </p>
                {typeof order.changeRefused === "string" && <p className="mt-0.5 text-[0.6875rem] text-warning">Not changed: {order.changeRefused}</p>}
              </li>
            ))}
          </ul>
        </Scroller>
      )}
    </Card>
  );
});

const tone = (state: string) => (/unknown|unresolved/.test(state) ? "risk" : /resting|open|live/.test(state) ? "accent" : "warning");
