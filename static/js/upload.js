export default function island() {}
