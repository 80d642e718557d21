// What the page takes of htm's standalone file. Elements have no type: a template can hold anything.
export function html(strings: TemplateStringsArray, ...values: any[]): any;
export function render(element: any, parent: Element): void;
export function createContext<T>(value: T): { Provider: any, value?: T };
export function useContext<T>(context: { value?: T }): T;
export function useState<T>(initial: T | (() => T)): [T, (value: T | ((old: T) => T)) => void];
export function useEffect(effect: () => void | (() => void), inputs?: readonly any[]): void;
export function useLayoutEffect(effect: () => void | (() => void), inputs?: readonly any[]): void;
export function useRef<T>(initial: T): { current: T };
export function useMemo<T>(make: () => T, inputs: readonly any[]): T;
export class Component<P = any> {
  props: P;
  render(props: P): any;
}
