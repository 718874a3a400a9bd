/** One CloudWatch metric to read; `name` is what the series is called in the record. */
export interface MetricQuery {
  name: string;
  unit: string;
  namespace: string;
  metric: string;
  dimensions: { [name: string]: string };
  stat: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  period_s: number;
}
