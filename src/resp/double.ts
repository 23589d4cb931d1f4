/**
 * Doubles as text, the way Redis prints them: C's `%.17g`.
 *
 * Seventeen significant digits, trailing zeros cut, exponent form below 1e-4 and
 * from 1e17 on. JavaScript rounds a tie at the last digit up, C rounds it to
 * even; the difference is mended here so that replies are equal byte by byte. A
 * tie ends just behind the last digit that is printed: the number is then an odd
 * multiple of as many halves, since each decimal place takes one binary place.
 */
const SIGNIFICANT_DIGITS = 17;
/** More digits than any double that ties at the seventeenth can have. */
const EXACT_DIGITS = 60;
/** Between these there is no exponent. */
const FIXED_MIN = 1e-4;
const FIXED_END = 1e17;
const ZERO = 0x30;
const POINT = 0x2e;

export function formatDouble(x: number): string {
  if (Number.isSafeInteger(x)) return Object.is(x, -0) ? "-0" : String(x);
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  const size = Math.abs(x);
  if (size >= FIXED_MIN && size < FIXED_END) {
    const text = x.toPrecision(SIGNIFICANT_DIGITS);
    const point = text.indexOf(".");
    const decimals = point < 0 ? 0 : text.length - point - 1;
    if ((size * 2 ** (decimals + 1)) % 2 !== 1) return point < 0 ? text : withoutZeros(text);
  }
  return formatSlowly(x);
}

function withoutZeros(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end--;
  return text.slice(0, text.charCodeAt(end - 1) === POINT ? end - 1 : end);
}

/** In exponent form, or with a tie. */
function formatSlowly(x: number): string {
  const sign = x < 0 ? "-" : "";
  const [mantissa = "", power = "0"] = roundedToEven(Math.abs(x)).split("e");
  const exponent = Number(power);
  const digits = mantissa.replace(".", "").replace(/0+$/, "");
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits.slice(0, 1)}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction === "" ? sign + whole : `${sign}${whole}.${fraction}`;
}

function roundedToEven(x: number): string {
  const rounded = x.toExponential(SIGNIFICANT_DIGITS - 1);
  const exact = x.toExponential(EXACT_DIGITS);
  const kept = exact.slice(0, SIGNIFICANT_DIGITS + 1); // one digit, the point, sixteen digits
  const dropped = exact.slice(SIGNIFICANT_DIGITS + 1, exact.indexOf("e"));
  const isTie = /^50*$/.test(dropped);
  const isEven = "02468".includes(kept.slice(-1));
  return isTie && isEven ? kept + exact.slice(exact.indexOf("e")) : rounded;
}
