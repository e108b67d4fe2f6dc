/** The APIService that stands for the metrics API: while it is there, metrics are served. */
export const METRICS_SERVICE = 'v1beta1.metrics.k8s.io'
