import { Component, memo } from "react";
import type { ComponentType, MemoExoticComponent, ReactNode } from "react";
import { Card, Empty } from "./Card";

interface GuardProps {
  title: string;
  className?: string;
  /** A new value is a new chance to draw. */
  given: unknown;
  children: ReactNode;
}

class Guard extends Component<GuardProps, { failed?: string | undefined }> {
  override state: { failed?: string | undefined } = {};

  static getDerivedStateFromError(error: unknown) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }

  override componentDidUpdate(before: GuardProps) {
    // oxlint-disable-next-line react/no-did-update-set-state -- bounded: only new props clear a failure
    if (this.state.failed !== undefined && before.given !== this.props.given) this.setState({ failed: undefined });
  }

  override render() {
    if (this.state.failed === undefined) return this.props.children;
    const { title, className } = this.props;
    return (
      <Card title={title} stale {...(className === undefined ? {} : { className })}>
        <Empty>This could not be drawn from what the server sent ({this.state.failed}).</Empty>
      </Card>
    );
  }
}

/** A card that, when it cannot be drawn, says so in its own place and leaves the rest of the page alone; drawn only for new props. */
export function guarded<P extends { className?: string }>(title: string, Inner: ComponentType<P>): MemoExoticComponent<(props: P) => JSX.Element> {
  return memo(function Guarded(props: P) {
    return (
      <Guard title={title} given={props} {...(props.className === undefined ? {} : { className: props.className })}>
        <Inner {...props} />
      </Guard>
    );
  });
}
